using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>What an instruction costs the JIT and does to the height of the operand stack.</summary>
/// <param name="Weight">Its part of what makes RyuJIT give up optimising a method, in units of which there are <see cref="MostOfMethod"/>.</param>
/// <param name="Leaves">Nothing behind it is reached.</param>
/// <param name="Targets">The labels of a <c>br_table</c>.</param>
internal readonly record struct InstructionCost(int Weight, int HeightChange, bool Leaves = false, int Targets = 0)
{
    /// <summary>
    /// RyuJIT does not optimise a method of more than 20,000 instructions of IL, 60,000 bytes, 2,000 basic blocks, or 8,000 instructions that name a local. An
    /// instruction weighs the largest of its parts of these.
    /// </summary>
    internal const int MostOfMethod = 40_000;

    internal const int BasicBlock = 20;

    private const int LoopInLoop = 12;
    private const int IlInstruction = 2;
    private const int NamesLocal = 5;

    internal static InstructionCost Of(ModuleDeclaration module, Opcode opcode, CodeReader reader)
    {
        if (Instructions.Find(opcode) is { } instruction)
        {
            var change = (instruction.Result is null ? 0 : 1) - instruction.Operands.Length;
            var weight = instruction.Width > 0 ? 5 * NamesLocal : Emissions.Of(opcode).Method is null ? IlInstruction : 4 * IlInstruction;
            return new(weight, change);
        }
        return OfIrregular(module, opcode, reader);
    }

    /// <summary>What a block, loop or <c>if</c> weighs without what it holds. RyuJIT goes through a loop once for each loop around it, and more often.</summary>
    internal static int OfBlock(Opcode opcode, int loopsAround) => opcode switch
    {
        Opcode.Block => BasicBlock,
        Opcode.Loop => (3 * BasicBlock) + (LoopInLoop * loopsAround),
        _ => 3 * BasicBlock,
    };

    private static InstructionCost OfIrregular(ModuleDeclaration module, Opcode opcode, CodeReader reader)
    {
        switch (opcode)
        {
            case Opcode.Call:
                return OfCall(module.TypeOf(reader.Index()), 3 * IlInstruction);
            case Opcode.CallIndirect:
                var cost = OfCall(module.Types[reader.Index()], 5 * BasicBlock);
                return cost with { HeightChange = cost.HeightChange - 1 };
            case Opcode.BrTable:
                var targets = reader.Index();
                return new(BasicBlock + (IlInstruction * targets), -1, Leaves: true, targets);
            case Opcode.Br or Opcode.Return or Opcode.Unreachable or Opcode.ReturnCall or Opcode.ReturnCallIndirect:
                return new(BasicBlock, 0, Leaves: true);
            case Opcode.BrIf:
                return new(BasicBlock + IlInstruction, -1);
            case Opcode.Select or Opcode.SelectT:
                return new(6 * NamesLocal, -2);
            case Opcode.LocalGet:
                return new(NamesLocal, 1);
            case Opcode.LocalSet:
                return new(NamesLocal, -1);
            case Opcode.LocalTee:
                return new(2 * NamesLocal, 0);
            case Opcode.I32Const or Opcode.I64Const or Opcode.F32Const or Opcode.F64Const or Opcode.RefNull:
                return new(IlInstruction, 1);
            case Opcode.GlobalGet or Opcode.RefFunc or Opcode.MemorySize or Opcode.TableSize:
                return new(2 * NamesLocal, 1);
            case Opcode.GlobalSet:
                return new(2 * NamesLocal, -1);
            case Opcode.Drop:
                return new(0, -1);
            case Opcode.Nop or Opcode.RefIsNull:
                return new(IlInstruction, 0);
            default:
                return new(4 * NamesLocal, BulkChange(opcode));
        }
    }

    private static InstructionCost OfCall(FuncType type, int weight) =>
        new(weight + NamesLocal + (3 * NamesLocal * type.Results.Count), type.Results.Count - type.Parameters.Count);

    private static int BulkChange(Opcode opcode) => opcode switch
    {
        Opcode.MemoryGrow or Opcode.TableGet => 0,
        Opcode.TableGrow => -1,
        Opcode.TableSet => -2,
        Opcode.DataDrop or Opcode.ElemDrop => 0,
        _ => -3,
    };
}
