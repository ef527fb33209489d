using Tapedeck.Fuzz.Modules;
using Tapedeck.Wasm;
using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Fuzz.Generation;

/// <summary>Instructions on tables.</summary>
internal sealed class TableGenerator(FunctionGenerator parent)
{
    private readonly Scope _scope = parent.Scope;

    private Chance Chance => _scope.Chance;
    private ModuleTree Module => _scope.Module;

    internal Node? Get(ValType type, int size) =>
        AnyTable(type) is { } table && Index(table, size) is { } index ? Code.Of(Opcode.TableGet, [type], Code.U32(table), index) : null;

    internal Node? Set(int size)
    {
        if (AnyTable(null) is not { } table || Index(table, size / 2) is not { } index)
        {
            return null;
        }
        return Code.Of(Opcode.TableSet, [], Code.U32(table), index, parent.Value(Module.Tables[table].Element, size / 2));
    }

    internal Node? Size() => AnyTable(null) is { } table ? Code.Of(Opcode.TableSize, [ValType.I32], Code.U32(table)) : null;

    /// <summary>As with memories, what has no maximum is asked for nothing or for too much.</summary>
    internal Node? Grow(int size)
    {
        if (AnyTable(null) is not { } table)
        {
            return null;
        }
        var elements = Module.Tables[table].Limits.Max is not null && Chance.Percent(70)
            ? Code.Of(Opcode.I32And, parent.Value(ValType.I32, size / 2), Code.I32(3))
            : Code.I32(Chance.Pick((uint[])[0, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF]));
        return Code.Of(Opcode.TableGrow, [ValType.I32], Code.U32(table), parent.Value(Module.Tables[table].Element, size / 2), elements);
    }

    internal Node? Fill(int size)
    {
        if (AnyTable(null) is not { } table)
        {
            return null;
        }
        var (at, count) = Range((int)Module.Tables[table].Limits.Min);
        return Code.Of(Opcode.TableFill, [], Code.U32(table), at, parent.Value(Module.Tables[table].Element, size), count);
    }

    internal Node? Copy()
    {
        if (AnyTable(null) is not { } to || AnyTable(Module.Tables[to].Element) is not { } from)
        {
            return null;
        }
        var length = (int)Math.Min(Module.Tables[to].Limits.Min, Module.Tables[from].Limits.Min);
        var count = Chance.Below(length + 1);
        return Code.Of(
            Opcode.TableCopy, [], Code.U32(to, from), Start(length, count), Start(length, count), Code.I32(_scope.IsRisky() ? count + 1 : count));
    }

    internal Node? Init()
    {
        if (AnySegment() is not { } segment || AnyTable(Module.Elements[segment].Type) is not { } table)
        {
            return null;
        }
        var element = Module.Elements[segment];
        var length = (int)Module.Tables[table].Limits.Min;
        var count = Chance.Below(Math.Min(length, element.Mode == SegmentMode.Passive ? element.Count : 0) + 1);
        return Code.Of(
            Opcode.TableInit, [], Code.U32(segment, table), Start(length, count), Start(Math.Max(count, element.Mode == SegmentMode.Passive ? element.Count : 0), count), Code.I32(count));
    }

    internal Node? ElemDrop() =>
        AnySegment() is { } segment && (Module.Elements[segment].Mode != SegmentMode.Passive || _scope.IsRisky())
            ? Code.Of(Opcode.ElemDrop, [], Code.U32(segment))
            : null;

    private int? AnySegment() => Module.Elements.Count == 0 ? null : Chance.Below(Module.Elements.Count);

    private int? AnyTable(ValType? type)
    {
        var tables = Enumerable.Range(0, Module.Tables.Count).Where(table => type is null || Module.Tables[table].Element == type).ToList();
        return tables.Count == 0 ? null : Chance.Pick(tables);
    }

    private Node? Index(int table, int size)
    {
        var length = (int)Module.Tables[table].Limits.Min;
        if (_scope.IsRisky())
        {
            return Chance.Percent(50) ? parent.Value(ValType.I32, size) : Code.I32(Chance.Pick((int[])[length, length - 1, -1, int.MinValue, length + 1]));
        }
        if (length == 0)
        {
            return null;
        }
        return Chance.Percent(50)
            ? Code.I32(Chance.Below(length))
            : Code.Of(Opcode.I32RemU, parent.Value(ValType.I32, size), Code.I32(length));
    }

    private (Node At, Node Count) Range(int length)
    {
        var count = Chance.Below(length + 1);
        return (Start(length, count), Code.I32(_scope.IsRisky() ? Chance.Pick((int[])[length, length + 1, -1, 0]) : count));
    }

    private Node Start(int length, int count) =>
        Code.I32(_scope.IsRisky() ? Chance.Pick((int[])[length, length + 1, -1, 0]) : Chance.Below(length - count + 1));
}
