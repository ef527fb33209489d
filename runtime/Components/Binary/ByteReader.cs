using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Tapedeck.Components.Binary;

/// <summary>Reads the values that the component format shares with core WebAssembly; every failure carries its offset.</summary>
/// <remarks>The reader of Tapedeck.Wasm stays inside that project, whose face is to stay narrow, and its errors are about modules.</remarks>
internal ref struct ByteReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // From the start of the outermost component to the end of what may be read, so that positions are offsets in it.
    private readonly ReadOnlySpan<byte> _bytes;

    internal ByteReader(ReadOnlySpan<byte> bytes, int position, string section)
    {
        _bytes = bytes;
        Position = position;
        Section = section;
    }

    internal delegate T ReadItem<T>(ref ByteReader reader);

    internal int Position { get; private set; }

    /// <summary>The section that errors name.</summary>
    internal string Section { get; set; }

    internal readonly bool AtEnd => Position >= _bytes.Length;

    internal readonly int Remaining => _bytes.Length - Position;

    internal byte ReadByte()
    {
        var next = PeekByte();
        Position++;
        return next;
    }

    /// <summary>The next byte, which stays unread.</summary>
    internal readonly byte PeekByte()
    {
        if (AtEnd)
        {
            ThrowUnexpectedEnd();
        }
        return _bytes[Position];
    }

    internal ReadOnlySpan<byte> ReadBytes(int count)
    {
        if (count > Remaining)
        {
            ThrowUnexpectedEnd();
        }
        var bytes = _bytes.Slice(Position, count);
        Position += count;
        return bytes;
    }

    internal uint ReadU32()
    {
        var start = Position;
        uint value = 0;
        for (var shift = 0; ; shift += 7)
        {
            if (shift > 28)
            {
                throw Malformed("integer representation too long", start);
            }
            var next = ReadByte();
            if (shift == 28 && (next & 0x70) != 0)
            {
                throw Malformed("integer too large", start);
            }
            value |= (next & 0x7Fu) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    /// <summary>A signed integer of 33 bits: the form in which an index stands where a type code could.</summary>
    internal long ReadS33()
    {
        var start = Position;
        long value = 0;
        for (var shift = 0; ; shift += 7)
        {
            if (shift > 28)
            {
                throw Malformed("integer representation too long", start);
            }
            var next = ReadByte();
            var group = (long)next << 57 >> 57;
            if (shift == 28 && group >> 4 is not (0 or -1))
            {
                throw Malformed("integer too large", start);
            }
            if (next < 0x80)
            {
                return value | (group << shift);
            }
            value |= (next & 0x7FL) << shift;
        }
    }

    /// <summary>The length of a vector. Each item takes a byte at least, so a length beyond the bytes left is refused before anything is allocated for it.</summary>
    internal int ReadCount(string items)
    {
        var start = Position;
        var count = ReadU32();
        if (count > (uint)Remaining)
        {
            throw Malformed($"unexpected end-of-file: {count} {items} do not fit in {Remaining} bytes", start);
        }
        return (int)count;
    }

    internal string ReadName(int limit)
    {
        var start = Position;
        var length = ReadLength();
        if (length > limit)
        {
            throw TooLarge($"a name of {length} bytes is longer than the limit of {limit}", start);
        }
        try
        {
            return StrictUtf8.GetString(ReadBytes(length));
        }
        catch (DecoderFallbackException)
        {
            throw Malformed("malformed UTF-8 encoding", start);
        }
    }

    /// <summary>A length in bytes that the bytes left cover.</summary>
    internal int ReadLength()
    {
        var start = Position;
        var length = ReadU32();
        if (length > (uint)Remaining)
        {
            throw Malformed($"unexpected end-of-file: {length} bytes are announced, {Remaining} are left", start);
        }
        return (int)length;
    }

    /// <summary>A byte that says whether something follows.</summary>
    internal bool ReadPresence(string what)
    {
        var start = Position;
        return ReadByte() switch
        {
            0 => false,
            1 => true,
            var other => throw Malformed($"invalid leading byte (0x{other:x}) for {what}", start),
        };
    }

    /// <summary>A byte that can only be <paramref name="expected"/>.</summary>
    internal void ReadExactly(byte expected, string what)
    {
        var start = Position;
        var read = ReadByte();
        if (read != expected)
        {
            throw UnknownByte(read, what, start);
        }
    }

    /// <summary>A reader of the next <paramref name="length"/> bytes, which this one skips.</summary>
    internal ByteReader Slice(int length)
    {
        var slice = new ByteReader(_bytes[..(Position + length)], Position, Section);
        Position += length;
        return slice;
    }

    internal readonly InvalidComponentException UnknownByte(byte read, string what, int offset) => Malformed($"invalid leading byte (0x{read:x}) for {what}", offset);

    internal readonly InvalidComponentException Malformed(string message, int offset) => new(InvalidComponentReason.Malformed, message, offset, Section);

    internal readonly InvalidComponentException Invalid(string message, int offset) => new(InvalidComponentReason.Invalid, message, offset, Section);

    internal readonly InvalidComponentException TooLarge(string message, int offset) => new(InvalidComponentReason.TooLarge, message, offset, Section);

    internal readonly InvalidComponentException Unsupported(string feature, string what, int offset) =>
        new(InvalidComponentReason.Unsupported, $"{what} needs {feature}, which is not supported", offset, Section) { Feature = feature };

    [DoesNotReturn]
    private readonly void ThrowUnexpectedEnd() => throw Malformed("unexpected end-of-file", _bytes.Length);
}
