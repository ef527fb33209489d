using System.Buffers.Binary;
using System.Text;

namespace Tapedeck.Fuzz.Modules;

/// <summary>Writes the values of the binary format.</summary>
internal sealed class ByteWriter
{
    private readonly List<byte> _bytes = [];

    /// <summary>Write unsigned numbers in five bytes, as linkers do.</summary>
    internal bool Padded { get; init; }

    internal byte[] ToArray() => [.. _bytes];

    internal ByteWriter Byte(int value)
    {
        _bytes.Add((byte)value);
        return this;
    }

    internal ByteWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    internal ByteWriter U32(uint value)
    {
        var written = 0;
        do
        {
            var low = (byte)(value & 0x7F);
            value >>= 7;
            written++;
            _bytes.Add(value != 0 || (Padded && written < 5) ? (byte)(low | 0x80) : low);
        }
        while (value != 0 || (Padded && written < 5));
        return this;
    }

    internal ByteWriter U32(int value) => U32((uint)value);

    internal ByteWriter S64(long value)
    {
        while (true)
        {
            var low = (byte)(value & 0x7F);
            value >>= 7;
            if ((value == 0 && (low & 0x40) == 0) || (value == -1 && (low & 0x40) != 0))
            {
                return Byte(low);
            }
            _bytes.Add((byte)(low | 0x80));
        }
    }

    internal ByteWriter Fixed32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Bytes(bytes);
    }

    internal ByteWriter Fixed64(ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return Bytes(bytes);
    }

    internal ByteWriter Name(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        return U32(bytes.Length).Bytes(bytes);
    }

    internal ByteWriter Vector<T>(IReadOnlyCollection<T> items, Action<T> write)
    {
        U32(items.Count);
        foreach (var item in items)
        {
            write(item);
        }
        return this;
    }

    /// <summary>Writes what <paramref name="write"/> writes, behind its length.</summary>
    internal ByteWriter Sized(Action<ByteWriter> write)
    {
        var inner = new ByteWriter { Padded = Padded };
        write(inner);
        return U32(inner._bytes.Count).Bytes(inner.ToArray());
    }
}
