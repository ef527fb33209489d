using Tapedeck.Fuzz.Modules;
using Tapedeck.Wasm;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Fuzz.Generation;

/// <summary>Code that leaves one value.</summary>
internal sealed class ExpressionGenerator
{
    private static readonly Dictionary<ValType, Instruction[]> Rows = Instructions.All
        .Where(static row => row.Result is not null)
        .GroupBy(static row => row.Result!.Value)
        .ToDictionary(static rows => rows.Key, static rows => rows.ToArray());

    private readonly FunctionGenerator _parent;
    private readonly Scope _scope;
    private readonly int[] _weights;
    private readonly Func<ValType, int, Node?>[] _choices;

    internal ExpressionGenerator(FunctionGenerator parent)
    {
        _parent = parent;
        _scope = parent.Scope;
        (int Weight, Func<ValType, int, Node?> Make)[] choices =
        [
            (60, Regular),
            (6, Tee),
            (6, Select),
            (10, (type, size) => parent.Control.AnyBlock([type], size - 1)),
            (7, (type, size) => parent.Calls.Returning([type], size - 1)),
            (4, parent.Control.BranchValue),
            (6, Special),
            (1, (type, size) => _scope.Labels.Count > 1 && _scope.Chance.Percent(30) ? parent.Control.Escape([type], size / 2) : null),
            (8, (type, _) => Leaf(type)),
        ];
        _weights = [.. choices.Select(static choice => choice.Weight)];
        _choices = [.. choices.Select(static choice => choice.Make)];
    }

    private Chance Chance => _scope.Chance;

    internal Node Of(ValType type, int size)
    {
        if (size < 2 || _scope.Depth > _scope.Flavour.Depth)
        {
            return Leaf(type);
        }
        _scope.Depth++;
        var node = _choices[Chance.Weighted(_weights)](type, size) ?? Leaf(type);
        _scope.Depth--;
        return node;
    }

    private Node Leaf(ValType type) => Chance.Weighted([40, 45, 15]) switch
    {
        1 when _scope.AnyLocal(type) is { } local => Code.LocalGet(local, type),
        2 when AnyGlobal(type) is { } global => Code.GlobalGet(global, type),
        _ when type == ValType.FuncRef && Chance.Percent(80) => Code.RefFunc(Chance.Below(_scope.Module.FunctionCount)),
        _ => OddValues.Constant(Chance, type),
    };

    private int? AnyGlobal(ValType type)
    {
        var globals = _scope.Module.Globals;
        var start = Chance.Below(globals.Count);
        for (var i = 0; i < globals.Count; i++)
        {
            var global = (start + i) % globals.Count;
            if (globals[global].Type.Type == type)
            {
                return global;
            }
        }
        return null;
    }

    private Node Tee(ValType type, int size)
    {
        var value = Of(type, size - 1);
        return Code.LocalTee(_scope.LocalOf(type), type, value);
    }

    private Node Select(ValType type, int size)
    {
        var (first, second, condition) = (Of(type, size / 3), Of(type, size / 3), _parent.Control.Condition(size / 3));
        return type is ValType.FuncRef or ValType.ExternRef || Chance.Percent(30)
            ? Code.Of(Opcode.SelectT, [type], [1, (byte)type], first, second, condition)
            : Code.Select(first, second, condition);
    }

    private Node? Special(ValType type, int size) => type switch
    {
        ValType.I32 => Chance.Below(5) switch
        {
            0 => _parent.Memories.Size(),
            1 => _parent.Memories.Grow(size),
            2 => _parent.Tables.Size(),
            3 => _parent.Tables.Grow(size),
            _ => Code.IsNull(Of(Chance.Percent(50) ? ValType.FuncRef : ValType.ExternRef, size - 1)),
        },
        ValType.FuncRef or ValType.ExternRef => _parent.Tables.Get(type, size - 1),
        _ => null,
    };

    private Node? Regular(ValType type, int size)
    {
        if (!Rows.TryGetValue(type, out var rows))
        {
            return Special(type, size);
        }
        var row = Chance.Pick(rows);
        // A module of integers is to stay one, mostly.
        for (var tries = 0; tries < 3 && row.Operands.Any(operand => !_scope.Flavour.Types.Contains(operand)); tries++)
        {
            row = Chance.Pick(rows);
        }
        if (row.Immediate is Immediate.Memory or Immediate.MemoryLane)
        {
            return _parent.Memories.Load(row, size - 1);
        }
        var node = Code.Of(row.Opcode, [type], Immediates(row), Operands(row, size - 1));
        return FloatGenerator.IsOpen(row) ? _parent.Floats.Made(node, row) : node;
    }

    private byte[] Immediates(Instruction row) => row.Immediate switch
    {
        Immediate.Lane => [(byte)Chance.Below(row.Lanes)],
        Immediate.Bytes16 when row.Lanes > 0 => Shuffle(row.Lanes),
        Immediate.Bytes16 => new ByteWriter().Fixed64(OddValues.HalfV128(Chance)).Fixed64(OddValues.HalfV128(Chance)).ToArray(),
        _ => [],
    };

    private byte[] Shuffle(int lanes)
    {
        var bytes = Chance.Bytes(16);
        var first = bytes[0];
        var pattern = Chance.Below(4);
        for (var i = 0; i < bytes.Length; i++)
        {
            // Besides anything: one input only, a rotation, pairs of bytes that stay together. Engines know instructions for such.
            bytes[i] = (byte)(pattern switch
            {
                0 => bytes[i] % lanes,
                1 => bytes[i] % (lanes / 2),
                2 => (first + i) % lanes,
                _ => ((bytes[i & ~1] & ~1) + (i & 1)) % lanes,
            });
        }
        return bytes;
    }

    private List<Node> Operands(Instruction row, int size)
    {
        var operands = row.Operands.Select(operand => Of(operand, size / Math.Max(1, row.Operands.Length))).ToList();
        if (SeesBits(row))
        {
            operands[^1] = _parent.Floats.Seen(operands[^1]);
        }
        if (!_scope.IsRisky())
        {
            Guard(row, operands);
        }
        return operands;
    }

    private static bool SeesBits(Instruction row) =>
        row.Name.Contains("reinterpret") || row.Name.Contains("copysign") || row.Name.Contains("splat") || row.Name.Contains("replace_lane");

    /// <summary>Keeps division and truncation from trapping, mostly.</summary>
    private void Guard(Instruction row, List<Node> operands)
    {
        if (row.Name.Contains("div_") || row.Name.Contains("rem_"))
        {
            var is32 = row.Operands[1] == ValType.I32;
            operands[1] = Code.Of(is32 ? Opcode.I32Or : Opcode.I64Or, operands[1], is32 ? Code.I32(1) : Code.I64(1));
        }
        else if (row.Name.Contains(".trunc_f"))
        {
            operands[0] = _parent.Floats.Small(operands[0], isUnsigned: row.Name.EndsWith("_u", StringComparison.Ordinal));
        }
    }
}
