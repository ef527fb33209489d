using Tapedeck.Fuzz.Modules;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Fuzz.Generation;

/// <summary>Code that leaves nothing on the stack.</summary>
internal sealed class StatementGenerator
{
    private readonly FunctionGenerator _parent;
    private readonly Scope _scope;
    private readonly int[] _weights;
    private readonly Func<int, Node?>[] _choices;

    internal StatementGenerator(FunctionGenerator parent)
    {
        _parent = parent;
        _scope = parent.Scope;
        (int Weight, Func<int, Node?> Make)[] choices =
        [
            (25, LocalSet),
            (10, GlobalSet),
            (22, parent.Memories.Store),
            (1, Drop),
            (9, Witness),
            (1, static _ => Code.Of(Opcode.Nop, [], [])),
            (14, size => parent.Control.AnyBlock([], size - 1)),
            (4, parent.Control.Switch),
            (5, parent.Control.MaybeBranch),
            (6, parent.Control.Pending),
            (7, size => parent.Calls.Any(size - 1)),
            (3, size => parent.Calls.AnyIndirect(size - 1)),
            (2, parent.Memories.Fill),
            (2, parent.Memories.Copy),
            (2, parent.Memories.Init),
            (1, _ => parent.Memories.DataDrop()),
            (2, parent.Tables.Set),
            (1, parent.Tables.Fill),
            (1, _ => parent.Tables.Copy()),
            (1, _ => parent.Tables.Init()),
            (1, _ => parent.Tables.ElemDrop()),
        ];
        _weights = [.. choices.Select(static choice => choice.Weight)];
        _choices = [.. choices.Select(static choice => choice.Make)];
    }

    internal Node Any(int size)
    {
        if (_scope.Depth > _scope.Flavour.Depth)
        {
            return Code.Of(Opcode.Nop, [], []);
        }
        _scope.Depth++;
        var node = _choices[_scope.Chance.Weighted(_weights)](size) ?? LocalSet(size)!;
        _scope.Depth--;
        return node;
    }

    private Node LocalSet(int size)
    {
        var type = _scope.AnyType();
        var value = _parent.Value(type, size - 1);
        return Code.LocalSet(_scope.LocalOf(type), value);
    }

    private Node? GlobalSet(int size)
    {
        var globals = _scope.Module.Globals;
        var global = _scope.Chance.Below(globals.Count);
        return globals[global].Type.Mutable && global != _scope.Module.Fuel && global != _scope.Module.Digest
            ? Code.GlobalSet(global, _parent.Value(globals[global].Type.Type, size - 1))
            : null;
    }

    private Node Witness(int size) => _parent.Witness.Of(_parent.Value(_scope.AnyType(), size - 1));

    private Node Drop(int size) => Code.Drop(_parent.Value(_scope.AnyType(), size - 1));
}
