using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Validation;

/// <summary>The rules of <see href="https://webassembly.github.io/spec/core/valid/instructions.html#memory-instructions"/>.</summary>
internal sealed class MemoryInstructionValidator(FunctionContext function)
{
    private readonly ModuleDeclaration _module = function.Module.Module;
    private readonly OperandStack _operands = function.Operands;

    /// <summary>Checks the immediate of a load or store.</summary>
    internal void ValidateAccess(Instruction row, ref WasmReader reader)
    {
        var argument = InstructionReader.ReadMemArg(ref reader, _module.Memories.Length);
        if (1ul << argument.Align > (ulong)row.Width)
        {
            throw reader.Invalid("alignment must not be larger than natural", _operands.Offset);
        }
        function.CountAccess(argument.Memory);
    }

    internal void Validate(Opcode opcode, ref WasmReader reader)
    {
        switch (opcode)
        {
            case Opcode.MemorySize:
                ReadMemory(ref reader);
                _operands.Push(ValType.I32);
                return;
            case Opcode.MemoryGrow:
                ReadMemory(ref reader);
                _operands.Pop(ValType.I32);
                _operands.Push(ValType.I32);
                break;
            case Opcode.MemoryInit:
                MemoryInit(ref reader);
                break;
            case Opcode.DataDrop:
                CheckData(ref reader, reader.ReadU32());
                break;
            case Opcode.MemoryCopy:
                ReadMemory(ref reader);
                ReadMemory(ref reader);
                _operands.PopRange();
                break;
            case Opcode.MemoryFill:
                ReadMemory(ref reader);
                _operands.PopRange();
                break;
        }
        function.Body.HasCalls = true;
    }

    private void ReadMemory(ref WasmReader reader) => function.CountAccess(reader.ReadIndex(_module.Memories.Length, "memory"));

    // The memory comes second in the bytes and first in the rule.
    private void MemoryInit(ref WasmReader reader)
    {
        var data = reader.ReadU32();
        ReadMemory(ref reader);
        CheckData(ref reader, data);
        _operands.PopRange();
    }

    // Code comes before data, so a one-pass validator depends on the data count; hence its absence is malformed, not invalid.
    private void CheckData(ref WasmReader reader, uint index)
    {
        if (_module.DataCount is not { } count)
        {
            throw reader.Malformed("data count section required", _operands.Offset);
        }
        reader.CheckIndex(index, count, "data segment", _operands.Offset);
    }
}
