using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.InteropServices;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Validation;

/// <summary>The value stack of <see href="https://webassembly.github.io/spec/core/appendix/algorithm.html">the validation algorithm</see>.
/// Its array is kept from function to function.</summary>
/// <param name="limit">The most values that a function may have on it.</param>
internal sealed class OperandStack(int limit)
{
    // A value of any type, as code after a branch has. No type has this code.
    private const ValType Unknown = 0;

    private ValType[] _types = new ValType[Math.Min(256, limit)];

    // Values of the current block start here. Below it they are out of reach, unless the block's rest is unreachable: then any value can be popped.
    private int _floor;
    private bool _unreachable;

    internal int Count { get; private set; }

    /// <summary>The offset of the instruction that errors name, in <see cref="Section"/>.</summary>
    internal int Offset { get; set; }

    internal string Section { get; set; } = "code";

    /// <summary>Parameters and results of the blocks that are open: the compiler keeps a place for each.</summary>
    private int _held;

    internal void Clear() => (Count, _floor, _unreachable, _held) = (0, 0, false, 0);

    /// <summary>Counts the parameters and results of a block that is opened.</summary>
    internal void Hold(int values)
    {
        _held += values;
        if (_held > limit)
        {
            throw TooLarge($"the blocks around have more parameters and results than the limit of {limit}");
        }
    }

    internal void Release(int values) => _held -= values;

    /// <summary>Makes a block's part of the stack the current one.</summary>
    internal void Enter(int floor, bool unreachable) => (_floor, _unreachable) = (floor, unreachable);

    /// <summary>Drops the block's values; the code that follows cannot be reached.</summary>
    internal void SetUnreachable() => (Count, _unreachable) = (_floor, true);

    internal void Push(ValType type)
    {
        var count = Count;
        if ((uint)count >= (uint)_types.Length)
        {
            Grow(count + 1);
        }
        _types[count] = type;
        Count = count + 1;
    }

    internal void Push(ReadOnlySpan<ValType> types)
    {
        if (types.Length > _types.Length - Count)
        {
            Grow(Count + types.Length);
        }
        types.CopyTo(_types.AsSpan(Count));
        Count += types.Length;
    }

    internal void Pop(ValType expected)
    {
        var actual = PopAny();
        if (actual != expected && actual != Unknown)
        {
            ThrowMismatch(expected, actual);
        }
    }

    internal void Pop(ReadOnlySpan<ValType> expected)
    {
        Require(expected);
        Count -= Math.Min(expected.Length, Count - _floor);
    }

    /// <summary>A value of any type; its type may not be known.</summary>
    internal ValType PopAny()
    {
        if (Count > _floor)
        {
            return _types[--Count];
        }
        if (!_unreachable)
        {
            ThrowEmpty();
        }
        return Unknown;
    }

    /// <summary>Pops the operands of a regular instruction and pushes its result.</summary>
    internal void Apply(Instruction instruction)
    {
        var operands = instruction.Operands;
        for (var i = operands.Length - 1; i >= 0; i--)
        {
            Pop(operands[i]);
        }
        if (instruction.Result is { } result)
        {
            Push(result);
        }
    }

    /// <summary>Pops what bulk operations take: two positions, or a position and a value, and a length.</summary>
    internal void PopRange()
    {
        Pop(ValType.I32);
        Pop(ValType.I32);
        Pop(ValType.I32);
    }

    /// <summary>Pops a reference of any type.</summary>
    internal void PopReference()
    {
        if (PopAny() is not (ValType.FuncRef or ValType.ExternRef or Unknown) and var actual)
        {
            throw Mismatch($"expected a reference, found {NameOf(actual)}");
        }
    }

    /// <summary>Pops two values that must have one type and pushes one of them.</summary>
    internal void PopTwoPushOne()
    {
        var second = PopAny();
        var first = PopAny();
        if (!IsNumberOrVector(first) || !IsNumberOrVector(second))
        {
            throw Mismatch("select without a type takes numbers and vectors only");
        }
        if (first != second && first != Unknown && second != Unknown)
        {
            ThrowMismatch(first, second);
        }
        Push(first == Unknown ? second : first);
    }

    /// <summary>Refuses if the top values do not have these types.</summary>
    internal void Require(ReadOnlySpan<ValType> expected)
    {
        var present = Math.Min(expected.Length, Count - _floor);
        if (present < expected.Length && !_unreachable)
        {
            ThrowEmpty();
        }
        var actual = _types.AsSpan(Count - present, present);
        var compared = expected[^present..];
        if (!actual.SequenceEqual(compared) && !(_unreachable && EqualOrUnknown(actual, compared)))
        {
            ThrowMismatch(compared, actual);
        }
    }

    /// <summary>Refuses if the block has more values than it gives.</summary>
    internal void RequireEmpty()
    {
        if (Count > _floor)
        {
            ThrowNotEmpty();
        }
    }

    internal InvalidModuleException Mismatch(string detail) =>
        new(InvalidModuleReason.Invalid, $"type mismatch: {detail}", Offset, Section);

    internal InvalidModuleException TooLarge(string message) => new(InvalidModuleReason.TooLarge, message, Offset, Section);

    private static bool IsNumberOrVector(ValType type) => type is Unknown or >= ValType.V128;

    // Whole vectors at a time, as a hostile br_table makes many comparisons of a thousand values.
    private static bool EqualOrUnknown(ReadOnlySpan<ValType> actual, ReadOnlySpan<ValType> expected)
    {
        var left = MemoryMarshal.AsBytes(actual);
        var right = MemoryMarshal.AsBytes(expected);
        while (left.Length >= Vector<byte>.Count)
        {
            var vector = new Vector<byte>(left);
            var accepted = Vector.Equals(vector, new Vector<byte>(right)) | Vector.Equals(vector, Vector<byte>.Zero);
            if (!Vector.EqualsAll(accepted, Vector<byte>.AllBitsSet))
            {
                return false;
            }
            left = left[Vector<byte>.Count..];
            right = right[Vector<byte>.Count..];
        }
        for (var i = 0; i < left.Length; i++)
        {
            if (left[i] != right[i] && left[i] != (byte)Unknown)
            {
                return false;
            }
        }
        return true;
    }

    private void Grow(int count)
    {
        if (count > limit)
        {
            throw TooLarge($"more operands than the limit of {limit}");
        }
        Array.Resize(ref _types, Math.Min(limit, Math.Max(count, 2 * _types.Length)));
    }

    [DoesNotReturn]
    private void ThrowEmpty() => throw Mismatch("the stack has too few values");

    [DoesNotReturn]
    private void ThrowNotEmpty() => throw Mismatch($"{Count - _floor} values remain at the end of the block");

    [DoesNotReturn]
    private void ThrowMismatch(ReadOnlySpan<ValType> expected, ReadOnlySpan<ValType> actual) =>
        throw Mismatch($"expected ({Names(expected)}), found ({Names(actual)})");

    [DoesNotReturn]
    private void ThrowMismatch(ValType expected, ValType actual) =>
        throw Mismatch($"expected {NameOf(expected)}, found {NameOf(actual)}");

    private static string Names(ReadOnlySpan<ValType> types)
    {
        const int Shown = 8;
        var names = string.Join(' ', types[..Math.Min(types.Length, Shown)].ToArray().Select(NameOf));
        return types.Length > Shown ? $"{names} ..." : names;
    }

    private static string NameOf(ValType type) => type == Unknown ? "unknown" : type.ToString().ToLowerInvariant();
}
