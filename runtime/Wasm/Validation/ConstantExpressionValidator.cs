using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Validation;

/// <summary>Checks <see href="https://webassembly.github.io/spec/core/valid/instructions.html#constant-expressions">constant expressions</see>,
/// which the reader left with constant instructions only.</summary>
internal sealed class ConstantExpressionValidator(ModuleContext context)
{
    private readonly OperandStack _operands = new(context.Limits.OperandStack);

    /// <param name="globals">How many of the globals the expression may read.</param>
    internal void Validate(ConstantExpression expression, ValType type, int globals, string section)
    {
        var reader = new WasmReader(context.Module.Bytes.Span[..expression.End], expression.Start, section);
        _operands.Clear();
        _operands.Section = section;
        while (!reader.AtEnd)
        {
            _operands.Offset = reader.Position;
            ValidateInstruction(ref reader, globals);
        }
        _operands.Offset = expression.End;
        _operands.Pop(type);
        _operands.RequireEmpty();
    }

    private void ValidateInstruction(ref WasmReader reader, int globals)
    {
        var opcode = InstructionReader.ReadOpcode(ref reader);
        if (Instructions.Find(opcode) is { } row)
        {
            reader.ReadBytes(row.Immediate == Immediate.Bytes16 ? 16 : 0);
            _operands.Apply(row);
            return;
        }
        switch (opcode)
        {
            case Opcode.GlobalGet:
                _operands.Push(ReadGlobal(ref reader, globals));
                break;
            case Opcode.RefNull:
                _operands.Push(TypeReader.ReadHeapType(ref reader));
                break;
            case Opcode.RefFunc:
                context.AddReference(reader.ReadIndex(context.Module.FunctionTypes.Length, "function"));
                _operands.Push(ValType.FuncRef);
                break;
            default:
                _operands.Push(InstructionReader.SkipNumber(ref reader, opcode));
                break;
        }
    }

    private ValType ReadGlobal(ref WasmReader reader, int globals)
    {
        var global = context.Module.Globals[reader.ReadIndex(globals, "global")];
        return !global.Mutable ? global.Type : throw reader.Invalid("constant expression required: the global is mutable", _operands.Offset);
    }
}
