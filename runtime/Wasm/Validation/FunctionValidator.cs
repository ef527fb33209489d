using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Validation;

/// <summary>Decodes and checks the code of functions, by <see href="https://webassembly.github.io/spec/core/appendix/algorithm.html">the validation algorithm</see>.</summary>
/// <remarks>One pass, in time proportional to the code; nothing is allocated for an instruction.</remarks>
internal sealed class FunctionValidator
{
    private readonly ModuleContext _module;
    private readonly FunctionContext _function;
    private readonly OperandStack _operands;
    private readonly ControlInstructionValidator _control;
    private readonly VariableInstructionValidator _variables;
    private readonly MemoryInstructionValidator _memories;
    private readonly TableInstructionValidator _tables;

    internal FunctionValidator(ModuleContext module)
    {
        _module = module;
        _function = new FunctionContext(module);
        _operands = _function.Operands;
        _control = new ControlInstructionValidator(_function);
        _variables = new VariableInstructionValidator(_function);
        _memories = new MemoryInstructionValidator(_function);
        _tables = new TableInstructionValidator(_function);
    }

    internal void Validate(int function, FunctionBody body)
    {
        var type = _module.TypeOf(function);
        var reader = new WasmReader(_module.Module.Bytes.Span[..body.End], body.Start, _operands.Section);
        _function.Enter(body, type);
        _control.Enter(type);
        var instructions = 0;
        while (_control.IsOpen)
        {
            _operands.Offset = reader.Position;
            ValidateInstruction(ref reader);
            instructions++;
        }
        if (!reader.AtEnd)
        {
            throw reader.Malformed("section size mismatch: the function's body is longer than its code", reader.Position);
        }
        body.Instructions = instructions;
    }

    private void ValidateInstruction(ref WasmReader reader)
    {
        var opcode = InstructionReader.ReadOpcode(ref reader);
        if (Instructions.Find(opcode) is { } row)
        {
            ValidateRegular(row, ref reader);
            return;
        }
        switch (opcode)
        {
            case <= Opcode.ReturnCallIndirect:
                _control.Validate(opcode, ref reader);
                break;
            case (>= Opcode.Drop and <= Opcode.GlobalSet) or (>= Opcode.I32Const and <= Opcode.F64Const):
                _variables.Validate(opcode, ref reader);
                break;
            case Opcode.MemorySize or Opcode.MemoryGrow or (>= Opcode.MemoryInit and <= Opcode.MemoryFill):
                _memories.Validate(opcode, ref reader);
                break;
            default:
                _tables.Validate(opcode, ref reader);
                break;
        }
    }

    private void ValidateRegular(Instruction row, ref WasmReader reader)
    {
        switch (row.Immediate)
        {
            case Immediate.Memory:
                _memories.ValidateAccess(row, ref reader);
                break;
            case Immediate.MemoryLane:
                _memories.ValidateAccess(row, ref reader);
                ReadLanes(row, 1, ref reader);
                break;
            case Immediate.Lane:
                ReadLanes(row, 1, ref reader);
                break;
            case Immediate.Bytes16:
                ReadLanes(row, 16, ref reader);
                break;
        }
        _operands.Apply(row);
    }

    private static void ReadLanes(Instruction row, int count, ref WasmReader reader)
    {
        var start = reader.Position;
        foreach (var lane in reader.ReadBytes(count))
        {
            if (lane >= row.Lanes && row.Lanes != 0)
            {
                throw reader.Invalid("invalid lane index", start);
            }
        }
    }
}
