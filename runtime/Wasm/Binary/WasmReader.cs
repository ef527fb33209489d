using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Tapedeck.Wasm.Binary;

/// <summary>Reads the values of <see href="https://webassembly.github.io/spec/core/binary/values.html"/>; every failure carries its offset.</summary>
internal ref struct WasmReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // From the start of the module to the end of what may be read, so that positions are offsets in the module.
    private readonly ReadOnlySpan<byte> _bytes;

    internal WasmReader(ReadOnlySpan<byte> bytes, int position, string section)
    {
        _bytes = bytes;
        Position = position;
        Section = section;
    }

    internal delegate T ReadItem<T>(ref WasmReader reader);

    internal int Position { get; private set; }

    /// <summary>The section that errors name.</summary>
    internal string Section { get; set; }

    internal readonly bool AtEnd => Position >= _bytes.Length;

    internal readonly int Remaining => _bytes.Length - Position;

    internal byte ReadByte()
    {
        var position = Position;
        if ((uint)position >= (uint)_bytes.Length)
        {
            ThrowUnexpectedEnd();
        }
        Position = position + 1;
        return _bytes[position];
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
        if ((uint)Position < (uint)_bytes.Length && _bytes[Position] < 0x80)
        {
            return _bytes[Position++];
        }
        return (uint)ReadUnsigned(32);
    }

    internal ulong ReadU64() => ReadUnsigned(64);

    internal int ReadS32()
    {
        if ((uint)Position < (uint)_bytes.Length && _bytes[Position] < 0x80)
        {
            return _bytes[Position++] << 25 >> 25;
        }
        return (int)ReadSigned(32);
    }

    internal long ReadS64() => ReadSigned(64);

    /// <summary>A signed integer of <paramref name="bits"/> bits in LEB128: at most ceil(bits / 7) bytes, the unused bits of the last one equal to the sign.</summary>
    internal long ReadSigned(int bits)
    {
        var start = Position;
        long value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = NextOfInteger(start, shift, bits);
            var group = (long)next << 57 >> 57;
            var used = bits - shift;
            if (used < 7 && group >> (used - 1) is not (0 or -1))
            {
                throw Malformed("integer too large", start);
            }
            value |= (next < 0x80 ? group : next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    /// <summary>The length of a vector. Each item takes a byte at least, so a length beyond the bytes left is refused before anything is allocated for it.</summary>
    /// <param name="limit">The most items that are allowed.</param>
    internal int ReadCount(int limit, string items)
    {
        var start = Position;
        var count = ReadU32();
        if (count > (uint)Remaining)
        {
            throw Malformed($"unexpected end of section or function: {count} {items} do not fit in {Remaining} bytes", start);
        }
        if (count > limit)
        {
            throw TooLarge($"{count} {items} are more than the limit leaves, {Math.Max(limit, 0)}", start);
        }
        return (int)count;
    }

    internal T[] ReadVector<T>(int limit, string items, ReadItem<T> read)
    {
        var vector = new T[ReadCount(limit, items)];
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = read(ref this);
        }
        return vector;
    }

    /// <summary>An index into a space of <paramref name="count"/> things that are called <paramref name="kind"/>.</summary>
    internal int ReadIndex(int count, string kind)
    {
        var start = Position;
        return CheckIndex(ReadU32(), count, kind, start);
    }

    /// <summary>As <see cref="ReadIndex"/>, for an index that was read at <paramref name="offset"/>.</summary>
    internal readonly int CheckIndex(uint index, int count, string kind, int offset)
    {
        if (index >= (uint)count)
        {
            ThrowUnknown(kind, index, offset);
        }
        return (int)index;
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
            throw Malformed("length out of bounds", start);
        }
        return (int)length;
    }

    /// <summary>A reader of the next <paramref name="length"/> bytes, which this one skips.</summary>
    internal WasmReader Slice(int length)
    {
        var slice = new WasmReader(_bytes[..(Position + length)], Position, Section);
        Position += length;
        return slice;
    }

    internal readonly InvalidModuleException Malformed(string message, int offset) => new(InvalidModuleReason.Malformed, message, offset, Section);

    internal readonly InvalidModuleException Invalid(string message, int offset) => new(InvalidModuleReason.Invalid, message, offset, Section);

    internal readonly InvalidModuleException TooLarge(string message, int offset) => new(InvalidModuleReason.TooLarge, message, offset, Section);

    internal readonly InvalidModuleException Unsupported(string feature, string what, int offset) =>
        new(InvalidModuleReason.Unsupported, $"{what} needs {feature}, which is not supported", offset, Section) { Feature = feature };

    private ulong ReadUnsigned(int bits)
    {
        var start = Position;
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = NextOfInteger(start, shift, bits);
            var group = next & 0x7Ful;
            var used = bits - shift;
            if (used < 7 && group >> used != 0)
            {
                throw Malformed("integer too large", start);
            }
            value |= group << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    private byte NextOfInteger(int start, int shift, int bits)
    {
        if (shift >= bits)
        {
            throw Malformed("integer representation too long", start);
        }
        return ReadByte();
    }

    [DoesNotReturn]
    private readonly void ThrowUnexpectedEnd() => throw Malformed("unexpected end of section or function", _bytes.Length);

    [DoesNotReturn]
    private readonly void ThrowUnknown(string kind, uint index, int offset) => throw Invalid($"unknown {kind} {index}", offset);
}
