using Tapedeck.Fuzz.Modules;
using Tapedeck.Wasm;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Fuzz.Generation;

/// <summary>Blocks, loops, branches, and the code behind them that is never reached.</summary>
internal sealed class ControlGenerator(FunctionGenerator parent)
{
    private const byte Empty = 0x40;

    private static readonly Instruction[] Plain =
        [.. Instructions.All.Where(static row => row is { Immediate: Immediate.None, Result: not null } && row.Operands.Length > 0)];

    private static readonly Instruction[] Comparisons = [.. Plain.Where(static row => row.Opcode is >= Opcode.I32Eqz and <= Opcode.F64Ge)];

    private readonly Scope _scope = parent.Scope;

    private Chance Chance => _scope.Chance;

    /// <summary>Statements and then values of <paramref name="results"/>, or a way out and dead code.</summary>
    internal List<Node> Body(ValType[] results, int size)
    {
        var body = new List<Node>();
        var left = size;
        while (left > 2)
        {
            var part = Math.Min(left, 2 + Chance.Below(Math.Max(3, size / 3)));
            body.Add(parent.Statements.Any(part));
            left -= part;
        }
        if (_scope.Labels.Count > 1 && Chance.Percent(9))
        {
            body.Add(Escape([], size / 4));
            body.AddRange(Dead(results, size / 4));
        }
        else
        {
            body.AddRange(parent.Values(results, Math.Max(left, size / 4)));
        }
        return body;
    }

    /// <summary>A block, loop or if with these results.</summary>
    internal Node AnyBlock(ValType[] results, int size)
    {
        var parameters = Chance.Percent(25) ? _scope.AnyTypes(3) : [];
        return Chance.Weighted([40, 35, 25]) switch
        {
            0 => Block(parameters, results, size),
            1 => If(parameters, results, size),
            _ => Loop(parameters, results, size),
        };
    }

    /// <summary>Uses up values on the stack, the last one first.</summary>
    internal List<Node> Consume(ValType[] types)
    {
        var nodes = new List<Node>();
        for (var i = types.Length - 1; i >= 0; i--)
        {
            var value = Code.OnStack(types[i]);
            if (i > 0 && Chance.Percent(30) && OperationOn(types[i - 1], types[i]) is { } operation)
            {
                value = Use(operation, Code.OnStack(types[i - 1]), value);
                i--;
            }
            if (value.Results[0] == ValType.I32 && Chance.Percent(15))
            {
                value = parent.Memories.Raw(value) ?? value;
            }
            nodes.Add(Chance.Below(8) switch
            {
                0 => Code.Drop(value),
                1 or 2 => parent.Witness.Of(value),
                _ => Code.LocalSet(_scope.LocalOf(value.Results[0]), value),
            });
        }
        return nodes;
    }

    /// <summary>
    /// Values that lie on the stack while what they were read from changes, a local that holds a comparison among them, and are used after: a compiler that puts
    /// operands off has to know what they are then.
    /// </summary>
    internal Node Pending(int size)
    {
        var local = _scope.LocalOf(ValType.I32);
        var types = _scope.AnyTypes(3);
        types = [.. types, ValType.I32];
        var parts = new List<Node>();
        if (Chance.Percent(80))
        {
            parts.Add(Code.LocalSet(local, Comparison(size / 4)));
        }
        foreach (var type in types)
        {
            parts.Add(type == ValType.I32 && Chance.Percent(70) ? Code.LocalGet(local, type) : parent.Value(type, Math.Min(3, size / 8)));
        }
        for (var count = Chance.Below(3); count > 0; count--)
        {
            parts.Add(Chance.Percent(50) ? Code.LocalSet(local, parent.Value(ValType.I32, size / 4)) : parent.Statements.Any(size / 3));
        }
        parts.AddRange(Consume(types));
        if (Chance.Percent(40) && parent.Memories.Raw(Code.LocalGet(local, ValType.I32)) is { } load)
        {
            parts.Add(parent.Witness.Of(load));
        }
        return Code.Sequence([], parts);
    }

    /// <summary>A branch that may be taken, its values used up where it is not.</summary>
    internal Node MaybeBranch(int size)
    {
        var label = _scope.AnyLabel();
        var types = _scope.Labels[^(label + 1)];
        var branch = Code.Of(Opcode.BrIf, types, Code.U32(label), [.. parent.Values(types, size / 2), RareCondition(size / 2)]);
        return Code.Sequence([], [branch, .. Consume(types)]);
    }

    /// <summary>A value that may leave by a branch instead, or null where no label takes one of its type.</summary>
    internal Node? BranchValue(ValType type, int size) =>
        _scope.LabelOf([type]) is { } label
            ? Code.Of(Opcode.BrIf, [type], Code.U32(label), parent.Value(type, size / 2), RareCondition(size / 2))
            : null;

    /// <summary>A condition that is more often false.</summary>
    private Node RareCondition(int size) => Chance.Below(3) switch
    {
        0 => Condition(size),
        1 => Code.Of(Opcode.I32Eqz, Code.Of(Opcode.I32And, parent.Value(ValType.I32, size - 3), Code.I32(Chance.Pick((int[])[1, 3, 0xFF])))),
        _ => Code.Of(Opcode.I32Eq, parent.Value(ValType.I32, size - 1), OddValues.Constant(Chance, ValType.I32)),
    };

    private Node Comparison(int size)
    {
        var row = Chance.Pick(Comparisons);
        return Code.Of(row.Opcode, [.. row.Operands.Select(type => parent.Value(type, size / row.Operands.Length))]);
    }

    internal Node Condition(int size) => Chance.Below(3) switch
    {
        0 => parent.Value(ValType.I32, size),
        1 => Code.Of(Opcode.I32Eqz, parent.Value(ValType.I32, size - 1)),
        _ => Code.Of(Opcode.I32LtS, parent.Value(ValType.I32, size / 2), parent.Value(ValType.I32, size / 2)),
    };

    /// <summary>Takes one unit of fuel, or leaves the function.</summary>
    internal Node TakeFuel()
    {
        var fuel = _scope.Module.Fuel;
        List<Node> leave = _scope.Flavour.FuelTraps
            ? [Code.Of(Opcode.Unreachable, [], [])]
            : [Code.Of(Opcode.Return, [], [], [.. _scope.Function.Type.Results.Select(Code.Zero)])];
        var empty = new Node(Opcode.If, [])
        {
            Immediates = [Empty],
            Operands = [Code.Of(Opcode.I32LtS, Code.GlobalGet(fuel, ValType.I32), Code.I32(1))],
            Body = leave,
        };
        var less = Code.Of(Opcode.I32Sub, Code.GlobalGet(fuel, ValType.I32), Code.I32(1));
        return Code.Sequence([], empty, Code.GlobalSet(fuel, less));
    }

    /// <summary>Leaves a block, or the function, for good. It may claim to leave values of any type.</summary>
    internal Node Escape(ValType[] claimed, int size)
    {
        switch (Chance.Weighted([50, 25, 6, 6, _scope.IsRisky() ? 30 : 0]))
        {
            case 0:
                var label = _scope.AnyLabel();
                return Code.Of(Opcode.Br, claimed, Code.U32(label), parent.Values(_scope.Labels[^(label + 1)], size));
            case 1:
                return BranchTable(claimed, size);
            case 2:
                return Return(claimed, size);
            case 3:
                return parent.Calls.Tail(claimed, size) ?? Return(claimed, size);
            default:
                return Code.Of(Opcode.Unreachable, claimed, []);
        }
    }

    /// <summary>Blocks inside one another, the innermost branching out of as many as an index says.</summary>
    internal Node Switch(int size)
    {
        var cases = Chance.Percent(4) ? Chance.Between(30, 120) : Chance.Between(1, 6);
        for (var i = 0; i < cases; i++)
        {
            _scope.Labels.Add([]);
        }
        var table = new ByteWriter();
        table.U32(cases - 1);
        for (var i = 0; i < cases; i++)
        {
            table.U32(Chance.Percent(80) ? i : Chance.Below(cases));
        }
        var index = parent.Value(ValType.I32, size / 4);
        var node = Code.Of(Opcode.BrTable, [], table.ToArray(), Chance.Percent(70) ? Code.Of(Opcode.I32RemU, index, Code.I32(cases)) : index);
        for (var i = 0; i < cases; i++)
        {
            _scope.Labels.RemoveAt(_scope.Labels.Count - 1);
            var block = new Node(Opcode.Block, []) { Immediates = [Empty], Body = [node] };
            node = Code.Sequence([], block, parent.Statements.Any(Math.Max(1, size / cases)));
        }
        return node;
    }

    private Node Block(ValType[] parameters, ValType[] results, int size) => new(Opcode.Block, results)
    {
        Immediates = BlockType(parameters, results),
        Operands = parent.Values(parameters, size / 4),
        Body = Inside(results, () => [.. Consume(parameters), .. Body(results, size * 3 / 4)]),
    };

    private Node If(ValType[] parameters, ValType[] results, int size) => new(Opcode.If, results)
    {
        Immediates = BlockType(parameters, results),
        Operands = [.. parent.Values(parameters, size / 4), Condition(size / 4)],
        Body = Inside(results, () => [.. Consume(parameters), .. Body(results, size / 3)]),
        Else = parameters.SequenceEqual(results) && Chance.Percent(50)
            ? null
            : Inside(results, () => [.. Consume(parameters), .. Body(results, size / 3)]),
    };

    /// <summary>A loop that counts down, as well as taking fuel.</summary>
    private Node Loop(ValType[] parameters, ValType[] results, int size)
    {
        var counter = _scope.Reserve(ValType.I32);
        var body = Inside(parameters, () =>
        [
            TakeFuel(),
            .. Consume(parameters),
            .. Body([], size / 2),
            Again(parameters, counter, size / 4),
            .. Consume(parameters),
            .. parent.Values(results, size / 4),
        ]);
        var loop = new Node(Opcode.Loop, results)
        {
            Immediates = BlockType(parameters, results),
            Operands = parent.Values(parameters, size / 4),
            Body = body,
        };
        var turns = Code.I32(Chance.Percent(10) ? 100 : Chance.Between(1, 5));
        return Code.Sequence(results, Code.LocalSet(counter, turns), loop);
    }

    private Node Again(ValType[] parameters, int counter, int size)
    {
        var less = Code.LocalTee(counter, ValType.I32, Code.Of(Opcode.I32Sub, Code.LocalGet(counter, ValType.I32), Code.I32(1)));
        return Code.Of(
            Opcode.BrIf, parameters, Code.U32(0), [.. parent.Values(parameters, size), Code.Of(Opcode.I32GtS, less, Code.I32(0))]);
    }

    private List<Node> Inside(ValType[] label, Func<List<Node>> generate)
    {
        _scope.Labels.Add(label);
        _scope.Depth++;
        var body = generate();
        _scope.Depth--;
        _scope.Labels.RemoveAt(_scope.Labels.Count - 1);
        return body;
    }

    private byte[] BlockType(ValType[] parameters, ValType[] results)
    {
        if (parameters.Length == 0 && results.Length < 2 && !Chance.Percent(5))
        {
            return [results.Length == 0 ? Empty : (byte)results[0]];
        }
        return new ByteWriter().S64(_scope.Module.TypeIndex(new FuncType(parameters, results))).ToArray();
    }

    private Node Return(ValType[] claimed, int size) =>
        Code.Of(Opcode.Return, claimed, [], parent.Values(_scope.Function.Type.Results, size));

    private Node BranchTable(ValType[] claimed, int size)
    {
        var types = _scope.Labels[^(_scope.AnyLabel() + 1)];
        var labels = Enumerable.Range(0, _scope.Labels.Count).Where(label => _scope.Labels[^(label + 1)].SequenceEqual(types)).ToList();
        var count = Chance.Percent(3) ? Chance.Between(100, 400) : Chance.Below(8);
        var table = new ByteWriter();
        table.U32(count);
        for (var i = 0; i <= count; i++)
        {
            table.U32(Chance.Pick(labels));
        }
        return Code.Of(Opcode.BrTable, claimed, table.ToArray(), [.. parent.Values(types, size / 2), parent.Value(ValType.I32, size / 2)]);
    }

    /// <summary>
    /// Code that is never reached. The stack there gives values of whatever type is asked for, so instructions may lack their operands, and the block its results.
    /// </summary>
    private List<Node> Dead(ValType[] results, int size)
    {
        var nodes = new List<Node>();
        while (Chance.Percent(30))
        {
            nodes.Add(Chance.Below(3) switch
            {
                0 => parent.Statements.Any(size),
                1 => Code.Drop(Code.Select(Code.OnStack(ValType.I32), Code.OnStack(ValType.I32), Code.OnStack(ValType.I32))),
                _ => Code.Drop(Starved(Chance.Pick(Plain))),
            });
        }
        // The last few results only: the others come from the stack that gives anything.
        var written = Chance.Below(results.Length + 1);
        nodes.AddRange(parent.Values(results[^written..], size));
        return nodes;
    }

    private static Node Starved(Instruction instruction) =>
        Code.Of(instruction.Opcode, [instruction.Result!.Value], [], instruction.Operands.Select(Code.OnStack));

    private Instruction? OperationOn(ValType first, ValType second)
    {
        var row = Chance.Pick(Plain);
        for (var tries = 0; tries < 40; tries++, row = Chance.Pick(Plain))
        {
            if (row.Operands is [var left, var right] && left == first && right == second && !row.Name.Contains("div") && !row.Name.Contains("rem") && !row.Name.Contains("copysign"))
            {
                return row;
            }
        }
        return null;
    }

    private Node Use(Instruction operation, params Node[] operands)
    {
        var node = Code.Of(operation.Opcode, operands);
        return FloatGenerator.IsOpen(operation) ? parent.Floats.Made(node, operation) : node;
    }
}
