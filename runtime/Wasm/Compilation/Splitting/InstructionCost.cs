using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>What an instruction costs the JIT and does to the height of the operand stack.</summary>
/// <param name="Leaves">Nothing behind it is reached.</param>
/// <param name="Targets">The labels of a <c>br_table</c>.</param>
internal readonly record struct InstructionCost(JitWeight Weight, int HeightChange, bool Leaves = false, int Targets = 0)
{
    private const int Block = 20;
    private const int Name = 5;
    private const int One = 2;
    private const int LoopInLoop = 20;

    /// <summary>A constant of eight bytes weighs by its bytes.</summary>
    private const int WideConstant = 6;

    internal static InstructionCost Of(ModuleDeclaration module, Opcode opcode, CodeReader reader)
    {
        if (Instructions.Find(opcode) is not { } instruction)
        {
            return OfIrregular(module, opcode, reader);
        }
        var change = (instruction.Result is null ? 0 : 1) - instruction.Operands.Length;
        if (instruction.Width > 0)
        {
            return new(new(5 * Name, 16 * One, Block), change);
        }
        var emission = Emissions.Of(opcode);
        var constants = instruction.Immediate == Immediate.Bytes16 ? 2 * WideConstant : 0;
        return new(new(0, constants + (One * (emission.Il.Length + (emission.Method is null ? 0 : 3))), 0), change);
    }

    /// <summary>What a block, loop or <c>if</c> weighs without what it holds. RyuJIT goes through a loop once for each loop around it, and more often.</summary>
    internal static JitWeight OfBlock(Opcode opcode, int loopsAround) => opcode switch
    {
        Opcode.Block => new(0, 0, Block),
        Opcode.Loop => new(Name, 6 * One, (7 * Block) + (LoopInLoop * loopsAround)),
        _ => new(2 * Name, 4 * One, 3 * Block),
    };

    /// <summary>What values weigh that are moved to a label, or taken at one.</summary>
    internal static JitWeight OfValues(int count) => new(Name * count, 4 * One * count, 0);

    private static InstructionCost OfIrregular(ModuleDeclaration module, Opcode opcode, CodeReader reader)
    {
        switch (opcode)
        {
            case Opcode.Call:
                return OfCall(module.TypeOf(reader.Index()), default);
            case Opcode.CallIndirect:
                var cost = OfCall(module.Types[reader.Index()], new(15 * Name, 50 * One, 5 * Block));
                return cost with { HeightChange = cost.HeightChange - 1 };
            case Opcode.BrTable:
                var targets = reader.Index();
                return new(new(0, One * (targets + 2), Block), -1, Leaves: true, targets);
            case Opcode.Br or Opcode.Return or Opcode.Unreachable or Opcode.ReturnCall or Opcode.ReturnCallIndirect:
                return new(new(2 * Name, 8 * One, Block), 0, Leaves: true);
            case Opcode.BrIf:
                return new(new(0, One, Block), -1);
            case Opcode.Select or Opcode.SelectT:
                return new(new(8 * Name, 20 * One, 0), -2);
            case Opcode.LocalGet:
                return new(new(Name, One, 0), 1);
            case Opcode.LocalSet:
                return new(new(Name, One, 0), -1);
            case Opcode.LocalTee:
                return new(new(2 * Name, 2 * One, 0), 0);
            case Opcode.I32Const or Opcode.RefNull:
                return new(new(0, 2 * One, 0), 1);
            case Opcode.I64Const or Opcode.F32Const or Opcode.F64Const:
                return new(new(0, WideConstant, 0), 1);
            case Opcode.GlobalGet or Opcode.RefFunc or Opcode.MemorySize or Opcode.TableSize:
                return new(new(2 * Name, 5 * One, 0), 1);
            case Opcode.GlobalSet:
                return new(new(2 * Name, 5 * One, 0), -1);
            case Opcode.Drop:
                return new(default, -1);
            case Opcode.Nop or Opcode.RefIsNull:
                return new(new(0, 3 * One, 0), 0);
            default:
                return new(new(4 * Name, 6 * One, 0), BulkChange(opcode));
        }
    }

    private static InstructionCost OfCall(FuncType type, JitWeight weight) =>
        new(weight + new JitWeight(Name, 2 * One, 0) + OfResults(type.Results.Count), type.Results.Count - type.Parameters.Count);

    private static JitWeight OfResults(int results) => new(3 * Name * results, 4 * One * results, 0);

    private static int BulkChange(Opcode opcode) => opcode switch
    {
        Opcode.MemoryGrow or Opcode.TableGet => 0,
        Opcode.TableGrow => -1,
        Opcode.TableSet => -2,
        Opcode.DataDrop or Opcode.ElemDrop => 0,
        _ => -3,
    };
}
