using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>What an instruction costs the JIT and does to the height of the operand stack.</summary>
/// <param name="Weight">Bytes of IL that the compiler writes for it, about, and 25 for each basic block.</param>
/// <param name="Leaves">Nothing behind it is reached.</param>
/// <param name="Targets">The labels of a <c>br_table</c>.</param>
internal readonly record struct InstructionCost(int Weight, int HeightChange, bool Leaves = false, int Targets = 0)
{
    private const int Block = 25;

    internal static InstructionCost Of(ModuleDeclaration module, Opcode opcode, CodeReader reader)
    {
        if (Instructions.Find(opcode) is { } instruction)
        {
            var change = (instruction.Result is null ? 0 : 1) - instruction.Operands.Length;
            return instruction.Width > 0 ? new(30 + Block, change) : new(Emissions.Of(opcode).Method is null ? 3 : 15, change);
        }
        return OfIrregular(module, opcode, reader);
    }

    private static InstructionCost OfIrregular(ModuleDeclaration module, Opcode opcode, CodeReader reader)
    {
        switch (opcode)
        {
            case Opcode.Call:
                return OfCall(module.TypeOf(reader.Index()), 20);
            case Opcode.CallIndirect:
                var cost = OfCall(module.Types[reader.Index()], 120 + (3 * Block));
                return cost with { HeightChange = cost.HeightChange - 1 };
            case Opcode.BrTable:
                var targets = reader.Index();
                return new(30 + (8 * targets) + Block, -1, Leaves: true, targets);
            case Opcode.Br or Opcode.Return or Opcode.Unreachable or Opcode.ReturnCall or Opcode.ReturnCallIndirect:
                return new(30 + Block, 0, Leaves: true);
            case Opcode.BrIf:
                return new(20 + Block, -1);
            case Opcode.Select or Opcode.SelectT:
                return new(25 + (2 * Block), -2);
            case Opcode.LocalGet or Opcode.I32Const or Opcode.RefNull:
                return new(4, 1);
            case Opcode.I64Const or Opcode.F32Const or Opcode.F64Const or Opcode.GlobalGet or Opcode.RefFunc or Opcode.MemorySize or Opcode.TableSize:
                return new(15, 1);
            case Opcode.LocalSet or Opcode.Drop:
                return new(4, -1);
            case Opcode.LocalTee or Opcode.Nop or Opcode.RefIsNull:
                return new(6, 0);
            case Opcode.GlobalSet:
                return new(15, -1);
            default:
                return new(40, BulkChange(opcode));
        }
    }

    private static InstructionCost OfCall(FuncType type, int weight) =>
        new(weight + (20 * type.Results.Count) + type.Parameters.Count, type.Results.Count - type.Parameters.Count);

    private static int BulkChange(Opcode opcode) => opcode switch
    {
        Opcode.MemoryGrow or Opcode.TableGet => 0,
        Opcode.TableGrow => -1,
        Opcode.TableSet => -2,
        Opcode.DataDrop or Opcode.ElemDrop => 0,
        _ => -3,
    };
}
