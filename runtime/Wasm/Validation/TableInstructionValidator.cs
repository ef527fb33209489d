using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Validation;

/// <summary>The rules of <see href="https://webassembly.github.io/spec/core/valid/instructions.html#table-instructions">table</see> and
/// <see href="https://webassembly.github.io/spec/core/valid/instructions.html#reference-instructions">reference instructions</see>.</summary>
internal sealed class TableInstructionValidator(FunctionContext function)
{
    private readonly ModuleDeclaration _module = function.Module.Module;
    private readonly OperandStack _operands = function.Operands;

    internal void Validate(Opcode opcode, ref WasmReader reader)
    {
        if (opcode is >= Opcode.RefNull and <= Opcode.RefFunc)
        {
            ValidateReference(opcode, ref reader);
            return;
        }
        ValidateTable(opcode, ref reader);
        function.Body.HasCalls |= opcode != Opcode.TableSize;
    }

    private void ValidateReference(Opcode opcode, ref WasmReader reader)
    {
        switch (opcode)
        {
            case Opcode.RefNull:
                _operands.Push(TypeReader.ReadHeapType(ref reader));
                break;
            case Opcode.RefIsNull:
                _operands.PopReference();
                _operands.Push(ValType.I32);
                break;
            case Opcode.RefFunc:
                RefFunc(ref reader);
                break;
        }
    }

    private void ValidateTable(Opcode opcode, ref WasmReader reader)
    {
        switch (opcode)
        {
            case Opcode.TableGet:
                var got = ReadTable(ref reader);
                _operands.Pop(ValType.I32);
                _operands.Push(got);
                break;
            case Opcode.TableSet:
                _operands.Pop(ReadTable(ref reader));
                _operands.Pop(ValType.I32);
                break;
            case Opcode.TableInit:
                TableInit(ref reader);
                break;
            case Opcode.ElemDrop:
                CheckElements(ref reader, reader.ReadU32());
                break;
            case Opcode.TableCopy:
                var to = ReadTable(ref reader);
                RequireSame(ReadTable(ref reader), to);
                _operands.PopRange();
                break;
            case Opcode.TableGrow:
                var grown = ReadTable(ref reader);
                _operands.Pop(ValType.I32);
                _operands.Pop(grown);
                _operands.Push(ValType.I32);
                break;
            case Opcode.TableSize:
                ReadTable(ref reader);
                _operands.Push(ValType.I32);
                break;
            case Opcode.TableFill:
                var filled = ReadTable(ref reader);
                _operands.Pop(ValType.I32);
                _operands.Pop(filled);
                _operands.Pop(ValType.I32);
                break;
        }
    }

    // The table comes second in the bytes and first in the rule.
    private void TableInit(ref WasmReader reader)
    {
        var elements = reader.ReadU32();
        var table = ReadTable(ref reader);
        RequireSame(CheckElements(ref reader, elements), table);
        _operands.PopRange();
    }

    private void RefFunc(ref WasmReader reader)
    {
        var index = reader.ReadIndex(_module.FunctionTypes.Length, "function");
        if (!function.Module.IsReferenced(index))
        {
            throw reader.Invalid("undeclared function reference", _operands.Offset);
        }
        _operands.Push(ValType.FuncRef);
    }

    private ValType ReadTable(ref WasmReader reader) => _module.Tables[reader.ReadIndex(_module.Tables.Length, "table")].Element;

    private ValType CheckElements(ref WasmReader reader, uint index) =>
        _module.Elements[reader.CheckIndex(index, _module.Elements.Length, "elem segment", _operands.Offset)].Type;

    private void RequireSame(ValType from, ValType to)
    {
        if (from != to)
        {
            throw _operands.Mismatch($"cannot copy {from} to a table of {to}");
        }
    }
}
