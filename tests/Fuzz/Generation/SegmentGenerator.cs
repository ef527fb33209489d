using Tapedeck.Fuzz.Modules;
using Tapedeck.Wasm;
using Tapedeck.Wasm.Binary;

namespace Tapedeck.Fuzz.Generation;

/// <summary>Data and element segments of every form, nearly all of which fit.</summary>
internal sealed class SegmentGenerator(ModuleTree module, Chance chance)
{
    private readonly ConstantGenerator _constants = new(module, chance);

    internal void Generate()
    {
        for (var count = chance.Below(5); count > 0; count--)
        {
            AddData();
        }
        for (var table = 0; table < module.Tables.Count; table++)
        {
            AddElements(SegmentMode.Active, table);
        }
        for (var count = chance.Below(5); count > 0; count--)
        {
            AddElements((SegmentMode)chance.Below(3), chance.Below(Math.Max(1, module.Tables.Count)));
        }
    }

    private void AddData()
    {
        var bytes = chance.Bytes(chance.Percent(5) ? chance.Below(70_000) : chance.Below(40));
        if (module.Memories.Count == 0 || chance.Percent(50))
        {
            module.Data.Add(new Data(SegmentMode.Passive, 0, null, bytes));
            return;
        }
        var memory = chance.Below(module.Memories.Count);
        var room = (long)module.Memories[memory].Limits.Min * 65536 - bytes.Length;
        if (room < 0)
        {
            (bytes, room) = ([], (long)module.Memories[memory].Limits.Min * 65536);
        }
        var offset = chance.Below(10) switch
        {
            0 => (int)room,
            1 when chance.Percent(10) => (int)room + 1,
            _ => chance.Below((int)Math.Min(room, 5000) + 1),
        };
        module.Data.Add(new Data(SegmentMode.Active, memory, _constants.Exactly(offset), bytes));
    }

    private void AddElements(SegmentMode mode, int table)
    {
        if (module.Tables.Count == 0 && mode == SegmentMode.Active)
        {
            mode = SegmentMode.Passive;
        }
        var type = module.Tables.Count > 0 ? module.Tables[table].Element : chance.Percent(50) ? ValType.FuncRef : ValType.ExternRef;
        var room = mode == SegmentMode.Active ? (int)module.Tables[table].Limits.Min : 12;
        var count = chance.Below(room + 1);
        var start = chance.Below(room - count + 1);
        if (mode == SegmentMode.Active && chance.Percent(1))
        {
            start += room + 1;
        }
        var offset = mode == SegmentMode.Active ? _constants.Exactly(start) : null;
        if (type == ValType.ExternRef)
        {
            module.Elements.Add(new Element(mode, type, table, offset, null, [.. Enumerable.Range(0, count).Select(_ => Extern())]));
            return;
        }
        var functions = Enumerable.Range(0, count).Select(_ => chance.Below(module.FunctionCount)).ToArray();
        var isExpressions = chance.Percent(40);
        var items = functions.Select(function => isExpressions && chance.Percent(20) ? Code.Null(type) : Code.RefFunc(function)).ToArray();
        module.Elements.Add(new Element(mode, type, table, offset, isExpressions ? null : functions, isExpressions ? items : []));
        if (mode == SegmentMode.Active)
        {
            NoteSlots(table, start, functions, items);
        }
    }

    private void NoteSlots(int table, int start, int[] functions, Node[] items)
    {
        module.Slots.RemoveAll(slot => slot.Table == table && slot.Index >= start && slot.Index < start + functions.Length);
        for (var i = 0; i < functions.Length; i++)
        {
            if (items[i].Opcode == Wasm.Opcodes.Opcode.RefFunc)
            {
                module.Slots.Add(new Slot(table, start + i, module.TypeIndex(module.TypeOf(functions[i]))));
            }
        }
    }

    private Node Extern() => chance.Percent(50) && _constants.ImportedGlobal(ValType.ExternRef) is { } global ? global : Code.Null(ValType.ExternRef);
}
