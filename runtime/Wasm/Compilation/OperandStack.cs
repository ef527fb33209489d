using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Tapedeck.Wasm.Compilation.Bounds;
using Tapedeck.Wasm.Execution;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Compilation;

/// <summary>
/// The operand stack of the method being compiled, as IL that is still to be written. The IL of all operands lies in one buffer, bottom first, so an
/// instruction appends its own IL to make its operands' IL into its result's, and the arguments of a call are one run of bytes.
/// </summary>
internal sealed class OperandStack(IlWriter il, Temporaries temporaries, int contextArgument)
{
    private const int MaxNodes = 40;
    private const int MaxPending = 64;
    private static readonly int ZeroOffset = (int)Marshal.OffsetOf<InstanceContext>(nameof(InstanceContext.Zero));

    private Operand[] _operands = new Operand[64];
    private byte[] _buffer = new byte[1024];
    private int _length;

    /// <summary>Every operand below this index is settled.</summary>
    private int _pending;

    internal int Count { get; private set; }

    internal ref Operand this[int index] => ref _operands[index];

    internal ref Operand Top => ref _operands[Count - 1];

    /// <summary>The most operands written at once, for the method's maximum stack.</summary>
    internal int MostWritten { get; private set; }

    internal void Reset()
    {
        Count = _length = _pending = MostWritten = 0;
    }

    internal ReadOnlySpan<byte> Code(int index)
    {
        Guard(index);
        return _buffer.AsSpan(_operands[index].Start, End(index) - _operands[index].Start);
    }

    /// <summary>
    /// Puts an operation behind a rotation, so that nothing compares the rotation itself with zero: RyuJIT takes the zero flag for the result's, which the
    /// machine's rotations leave alone. The operation is an or with a zero that the JIT does not know.
    /// </summary>
    internal void Guard(int index)
    {
        ref var operand = ref _operands[index];
        if (!operand.IsRotation)
        {
            return;
        }
        operand.IsRotation = false;
        Span<byte> code = stackalloc byte[End(index) - operand.Start + 16];
        _buffer.AsSpan(operand.Start, code.Length - 16).CopyTo(code);
        var at = code.Length - 16;
        at += Variables.Write(code[at..], Il.LdargShort, Il.Ldarg, contextArgument);
        code[at++] = (byte)Il.LdcI4Short;
        code[at++] = (byte)ZeroOffset;
        code[at++] = (byte)Il.Add;
        code[at++] = (byte)(operand.Type == ValType.I32 ? Il.LdindI4 : Il.LdindI8);
        code[at++] = (byte)Il.Or;
        Replace(index, code[..at]);
        operand.Nodes += 2;
    }

    /// <summary>Starts a new operand; IL appended from here on is its.</summary>
    internal ref Operand Push(ValType type)
    {
        if (Count == _operands.Length)
        {
            Array.Resize(ref _operands, 2 * Count);
        }
        ref var operand = ref _operands[Count++];
        operand = new Operand { Type = type, Start = _length, Nodes = 1, Local = -1, Most = Ranges.Any };
        if (Count - _pending > MaxPending)
        {
            Settle(_pending);
        }
        return ref operand;
    }

    internal void PushTemporary(ValType type, int local, TemporarySet mask)
    {
        ref var operand = ref Push(type);
        operand.Settled = true;
        operand.Temporaries = mask;
        AppendLocal(local);
    }

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    internal void Append(Il op)
    {
        Reserve(2);
        _length += IlWriter.WriteOp(_buffer.AsSpan(_length), op);
    }

    internal void Append(Il op, int operand)
    {
        if (op == Il.LdcI4 && operand is >= sbyte.MinValue and <= sbyte.MaxValue)
        {
            Append([(byte)Il.LdcI4Short, (byte)operand]);
            return;
        }
        Append(op);
        Reserve(4);
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_length), operand);
        _length += 4;
    }

    internal void Append(Il op, long operand)
    {
        Append(op);
        Reserve(8);
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(_length), operand);
        _length += 8;
    }

    internal void AppendLocal(int local)
    {
        Span<byte> bytes = stackalloc byte[4];
        Append(bytes[..Variables.Write(bytes, Il.LdlocShort, Il.Ldloc, local)]);
    }

    internal void AppendArgument(int argument)
    {
        Span<byte> bytes = stackalloc byte[4];
        Append(bytes[..Variables.Write(bytes, Il.LdargShort, Il.Ldarg, argument)]);
    }

    /// <summary>Makes the topmost <paramref name="count"/> operands, with what was appended behind them, into one.</summary>
    internal void Merge(int count, ValType type)
    {
        ref var result = ref _operands[Count - count];
        for (var index = Count - count + 1; index < Count; index++)
        {
            ref var operand = ref _operands[index];
            result.Nodes += operand.Nodes;
            result.ReadsMemory |= operand.ReadsMemory;
            result.ReadsGlobals |= operand.ReadsGlobals;
            result.Locals |= operand.Locals;
            result.Temporaries |= operand.Temporaries;
        }
        result.Type = type;
        result.Nodes++;
        result.Settled = result.IsBoolean = false;
        result.Comparison = default;
        result.Constant = null;
        result.Most = Ranges.Any;
        result.IsConstant = result.IsRotation = false;
        result.Local = -1;
        Count -= count - 1;
        _pending = Math.Min(_pending, Count - 1);
        if (result.Nodes > MaxNodes)
        {
            Settle(Count - 1);
        }
    }

    /// <summary>Writes the topmost <paramref name="count"/> operands to the IL and pops them.</summary>
    internal void Write(int count)
    {
        if (count == 0)
        {
            return;
        }
        for (var index = Count - count; index < Count; index++)
        {
            Guard(index);
        }
        il.Append(_buffer.AsSpan(_operands[Count - count].Start, _length - _operands[Count - count].Start));
        MostWritten = Math.Max(MostWritten, count);
        Drop(count);
    }

    /// <summary>Pops operands without writing them: they are pure.</summary>
    internal void Drop(int count)
    {
        for (var index = Count - count; index < Count; index++)
        {
            temporaries.Free(_operands[index].Temporaries);
        }
        Forget(count);
    }

    /// <summary>Pops operands whose temporaries somebody else still uses.</summary>
    internal void Forget(int count)
    {
        if (count > 0)
        {
            Count -= count;
            _length = _operands[Count].Start;
            _pending = Math.Min(_pending, Count);
        }
    }

    internal void SettleAll() => SettleBelow(Count);

    /// <summary>Settles every operand below <paramref name="index"/>.</summary>
    internal void SettleBelow(int index)
    {
        while (_pending < index)
        {
            Settle(_pending);
        }
    }

    internal void SettleReadersOfLocal(int local)
    {
        for (var index = _pending; index < Count; index++)
        {
            if ((_operands[index].Locals & (1UL << local)) == 0)
            {
                continue;
            }
            if (_operands[index].Comparison == default)
            {
                Settle(index);
            }
            else
            {
                SettleCompared(index);
            }
        }
    }

    /// <summary>Settles the operands below <paramref name="end"/> that a store to memory, or a call, could change.</summary>
    internal void SettleReadersOfMemory(int end)
    {
        for (var index = _pending; index < end; index++)
        {
            if (_operands[index].ReadsMemory)
            {
                Settle(index);
            }
        }
    }

    internal void SettleReadersOfGlobals(int end)
    {
        for (var index = _pending; index < end; index++)
        {
            if (_operands[index].ReadsGlobals)
            {
                Settle(index);
            }
        }
    }

    /// <summary>Computes an operand now, into a temporary.</summary>
    internal void Settle(int index)
    {
        ref var operand = ref _operands[index];
        if (!operand.Settled)
        {
            il.Append(Code(index));
            MostWritten = Math.Max(MostWritten, 1);
            temporaries.Free(operand.Temporaries);
            var (local, mask) = temporaries.Take(IlTypes.Of(operand.Type));
            Variables.Store(il, local);
            Span<byte> code = stackalloc byte[4];
            Replace(index, code[..Variables.Write(code, Il.LdlocShort, Il.Ldloc, local)]);
            operand.Settled = true;
            operand.Comparison = default;
            operand.Nodes = 1;
            operand.Temporaries = mask;
            operand.LeaveSources();
        }
        if (index == _pending)
        {
            _pending++;
        }
    }

    /// <summary>Computes what a comparison compares now, and leaves the comparison to whoever branches on it.</summary>
    internal void SettleCompared(int index)
    {
        ref var operand = ref _operands[index];
        var comparison = Emissions.Of(operand.Comparison).Il.Length;
        var type = IlTypes.Of(Instructions.Find(operand.Comparison)!.Operands[0]);
        Span<byte> code = stackalloc byte[32];
        var at = 0;
        TemporarySet masks = default;
        var whole = Code(index);
        SettleSide(whole[..operand.Second], type, code, ref at, ref masks);
        var second = at;
        SettleSide(whole[operand.Second..^comparison], type, code, ref at, ref masks);
        whole[^comparison..].CopyTo(code[at..]);
        at += comparison;
        temporaries.Free(operand.Temporaries);
        Replace(index, code[..at]);
        operand.Second = second;
        operand.Temporaries = masks;
        operand.Nodes = 3;
        operand.LeaveSources();
    }

    private void SettleSide(ReadOnlySpan<byte> side, IlType type, Span<byte> code, ref int at, ref TemporarySet masks)
    {
        if (Constants.IsInteger(side))
        {
            side.CopyTo(code[at..]);
            at += side.Length;
            return;
        }
        il.Append(side);
        MostWritten = Math.Max(MostWritten, 1);
        var (local, mask) = temporaries.Take(type);
        Variables.Store(il, local);
        masks |= mask;
        at += Variables.Write(code[at..], Il.LdlocShort, Il.Ldloc, local);
    }

    /// <summary>Replaces the IL of one operand.</summary>
    internal void Replace(int index, ReadOnlySpan<byte> code)
    {
        var start = _operands[index].Start;
        var end = End(index);
        var change = code.Length - (end - start);
        Reserve(Math.Max(0, change));
        _buffer.AsSpan(end, _length - end).CopyTo(_buffer.AsSpan(end + change));
        code.CopyTo(_buffer.AsSpan(start));
        _length += change;
        for (var above = index + 1; above < Count; above++)
        {
            _operands[above].Start += change;
        }
    }

    private int End(int index) => index + 1 < Count ? _operands[index + 1].Start : _length;

    private void Reserve(int more)
    {
        if (_length + more > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(2 * _buffer.Length, _length + more));
        }
    }
}
