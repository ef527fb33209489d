using System.Buffers.Binary;

namespace Tapedeck.Wasm.Compilation;

/// <summary>A place in the IL of one method that branches go to.</summary>
internal readonly record struct IlLabel(int Index);

/// <summary>Writes the IL bytes of one method. Every branch has the four-byte form, so offsets are known as soon as they are written.</summary>
internal sealed class IlWriter
{
    private readonly List<int> _labels = [];
    private readonly List<(int At, int Next, int Label)> _fixups = [];
    private byte[] _bytes = new byte[256];

    internal int Length { get; private set; }

    internal ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    internal void Reset()
    {
        Length = 0;
        _labels.Clear();
        _fixups.Clear();
    }

    internal void Append(ReadOnlySpan<byte> il)
    {
        Reserve(il.Length);
        il.CopyTo(_bytes.AsSpan(Length));
        Length += il.Length;
    }

    internal void Op(Il op)
    {
        Reserve(2);
        Length += WriteOp(_bytes.AsSpan(Length), op);
    }

    internal void Op(Il op, int operand)
    {
        Reserve(6);
        if (op == Il.LdcI4 && operand is >= sbyte.MinValue and <= sbyte.MaxValue)
        {
            _bytes[Length++] = (byte)Il.LdcI4Short;
            _bytes[Length++] = (byte)operand;
            return;
        }
        Length += WriteOp(_bytes.AsSpan(Length), op);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(Length), operand);
        Length += 4;
    }

    internal IlLabel NewLabel()
    {
        _labels.Add(-1);
        return new IlLabel(_labels.Count - 1);
    }

    internal void Mark(IlLabel label) => _labels[label.Index] = Length;

    internal void Branch(Il op, IlLabel target)
    {
        Op(op, 0);
        _fixups.Add((Length - 4, Length, target.Index));
    }

    internal void Switch(ReadOnlySpan<IlLabel> targets)
    {
        Op(Il.Switch, targets.Length);
        Reserve(4 * targets.Length);
        var next = Length + (4 * targets.Length);
        foreach (var target in targets)
        {
            _fixups.Add((Length, next, target.Index));
            Length += 4;
        }
    }

    /// <summary>Fills in the branch distances. Nothing may be written afterwards.</summary>
    internal void ResolveLabels()
    {
        foreach (var (at, next, label) in _fixups)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(at), _labels[label] - next);
        }
    }

    internal static int WriteOp(Span<byte> to, Il op)
    {
        if ((int)op <= 0xFF)
        {
            to[0] = (byte)op;
            return 1;
        }
        to[0] = 0xFE;
        to[1] = (byte)op;
        return 2;
    }

    private void Reserve(int more)
    {
        if (Length + more > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, Length + more));
        }
    }
}
