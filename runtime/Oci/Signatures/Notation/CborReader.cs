using System.Buffers.Binary;
using System.Text;
using Tapedeck.Oci.Signatures.Reading;

namespace Tapedeck.Oci.Signatures.Notation;

/// <summary>
/// Reads one data item of <see href="https://www.rfc-editor.org/rfc/rfc8949"/> and nothing after it, within bounds of depth and number. Lengths are
/// definite and in their shortest form, keys stand once: what the deterministic encoding of section 4.2.1 asks, but for the order of keys.
/// Floating point numbers do not occur in an envelope and are refused.
/// </summary>
internal ref struct CborReader
{
    private const int MostDepth = 8;
    private const int MostItems = 256;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest;
    private int _items;

    private CborReader(ReadOnlySpan<byte> bytes) => _rest = bytes;

    internal static CborValue Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new CborReader(bytes);
        var value = reader.ReadItem(0);
        return reader._rest.Length == 0 ? value : throw new UnreadableException("is followed by other bytes");
    }

    private CborValue ReadItem(int depth)
    {
        if (depth > MostDepth || ++_items > MostItems)
        {
            throw new UnreadableException(RefusalReason.TooLarge, $"is nested deeper than {MostDepth} or has more than {MostItems} items");
        }
        var initial = Take(1)[0];
        var (major, argument) = (initial >> 5, ReadArgument(initial & 0x1f));
        return major switch
        {
            0 => new CborValue.Integer(argument),
            1 => new CborValue.Integer(-1 - argument),
            2 => new CborValue.Bytes(Take(argument).ToArray()),
            3 => new CborValue.Text(ReadText(argument)),
            4 => ReadList(argument, depth),
            5 => ReadMap(argument, depth),
            6 => new CborValue.Tagged(argument, ReadItem(depth + 1)),
            _ => initial is 0xf4 or 0xf5 or 0xf6
                ? new CborValue.Simple((int)argument)
                : throw new UnreadableException(RefusalReason.Unsupported, "has a number or a simple value of a kind that is not known"),
        };
    }

    private long ReadArgument(int additional)
    {
        if (additional < 24)
        {
            return additional;
        }
        var (value, least) = additional switch
        {
            24 => (Take(1)[0], 24UL),
            25 => (BinaryPrimitives.ReadUInt16BigEndian(Take(2)), 1UL << 8),
            26 => (BinaryPrimitives.ReadUInt32BigEndian(Take(4)), 1UL << 16),
            27 => (BinaryPrimitives.ReadUInt64BigEndian(Take(8)), 1UL << 32),
            _ => throw new UnreadableException(RefusalReason.Unsupported, "has an item of indefinite length"),
        };
        return value >= least && value <= long.MaxValue ? (long)value : throw new UnreadableException("has a length or number that is too large or not in its shortest form");
    }

    private string ReadText(long length)
    {
        try
        {
            return Utf8.GetString(Take(length));
        }
        catch (DecoderFallbackException)
        {
            throw new UnreadableException("has a text that is not UTF-8");
        }
    }

    private CborValue.List ReadList(long length, int depth)
    {
        var items = new List<CborValue>();
        for (var index = 0L; index < length; index++)
        {
            items.Add(ReadItem(depth + 1));
        }
        return new CborValue.List([.. items]);
    }

    private CborValue.Map ReadMap(long length, int depth)
    {
        var items = new Dictionary<CborValue, CborValue>();
        for (var index = 0L; index < length; index++)
        {
            var key = ReadItem(depth + 1);
            if (key is not (CborValue.Integer or CborValue.Text) || !items.TryAdd(key, ReadItem(depth + 1)))
            {
                throw new UnreadableException("has a map with a key that stands twice, or is neither a number nor a text");
            }
        }
        return new CborValue.Map(items);
    }

    private ReadOnlySpan<byte> Take(long length)
    {
        if (length > _rest.Length)
        {
            throw new UnreadableException("is cut off");
        }
        var taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }
}
