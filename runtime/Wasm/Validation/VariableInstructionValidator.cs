using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Validation;

/// <summary>The rules of parametric, variable and constant instructions in <see href="https://webassembly.github.io/spec/core/valid/instructions.html"/>.</summary>
internal sealed class VariableInstructionValidator(FunctionContext function)
{
    private readonly ModuleDeclaration _module = function.Module.Module;
    private readonly OperandStack _operands = function.Operands;

    internal void Validate(Opcode opcode, ref WasmReader reader)
    {
        switch (opcode)
        {
            case Opcode.LocalGet:
                _operands.Push(function.ReadLocal(ref reader));
                break;
            case Opcode.LocalSet:
                _operands.Pop(function.ReadLocal(ref reader));
                break;
            case Opcode.LocalTee:
                var local = function.ReadLocal(ref reader);
                _operands.Pop(local);
                _operands.Push(local);
                break;
            case Opcode.GlobalGet:
                _operands.Push(ReadGlobal(ref reader).Type);
                break;
            case Opcode.GlobalSet:
                GlobalSet(ref reader);
                break;
            case Opcode.Drop:
                _operands.PopAny();
                break;
            case Opcode.Select:
                _operands.Pop(ValType.I32);
                _operands.PopTwoPushOne();
                break;
            case Opcode.SelectT:
                SelectT(ref reader);
                break;
            default:
                _operands.Push(InstructionReader.SkipNumber(ref reader, opcode));
                break;
        }
    }

    private GlobalType ReadGlobal(ref WasmReader reader) => _module.Globals[reader.ReadIndex(_module.Globals.Length, "global")];

    private void GlobalSet(ref WasmReader reader)
    {
        var global = ReadGlobal(ref reader);
        if (!global.Mutable)
        {
            throw reader.Invalid("immutable global", _operands.Offset);
        }
        _operands.Pop(global.Type);
    }

    private void SelectT(ref WasmReader reader)
    {
        if (reader.ReadCount(function.Module.Limits.Parameters, "types") != 1)
        {
            throw reader.Invalid("invalid result arity", _operands.Offset);
        }
        var type = TypeReader.ReadValType(ref reader);
        _operands.Pop(ValType.I32);
        _operands.Pop(type);
        _operands.Pop(type);
        _operands.Push(type);
    }
}
