using System.Text;

namespace Tapedeck.Bench.Components;

/// <summary>Reads the primitives of <see href="https://webassembly.github.io/spec/core/binary/values.html">the binary format</see> from trusted bytes.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    internal readonly bool AtEnd => _position == _bytes.Length;

    internal byte ReadByte() => _bytes[_position++];

    internal int ReadU32()
    {
        var value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = ReadByte();
            value |= (part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }

    internal ReadOnlySpan<byte> ReadBytes(int count)
    {
        _position += count;
        return _bytes.Slice(_position - count, count);
    }

    internal string ReadName() => Encoding.UTF8.GetString(ReadBytes(ReadU32()));
}
