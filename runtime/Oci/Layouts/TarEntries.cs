using System.Globalization;
using System.Text;
using Tapedeck.Oci.Images;

namespace Tapedeck.Oci.Layouts;

/// <summary>
/// Reads a tar archive of a stranger forwards: ustar, pax and GNU's long names. The reader of the base library makes a buffer as large as a header
/// claims before it reads a byte, which this one does not. <see href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html"/>
/// </summary>
/// <param name="most">Bytes that may come out of <paramref name="source"/>, which may be a decompressor.</param>
internal sealed class TarEntries(Stream source, long most)
{
    private const int Block = 512;
    private const int MostEntries = 100_000;
    private const int MostNameBytes = 64 << 10;
    private readonly byte[] _header = new byte[Block];
    private long _read;
    private long _rest;
    private int _count;

    /// <summary>The next entry, whose content may be asked for until the next call; null at the end.</summary>
    /// <exception cref="ShapeException">It is no tar archive, or too large.</exception>
    internal TarEntry? Next()
    {
        string? longName = null;
        long? longSize = null;
        while (true)
        {
            Skip(_rest);
            _rest = 0;
            if (!FillHeader())
            {
                return null;
            }
            var size = Number(_header.AsSpan(124, 12));
            _rest = checked((size + Block - 1) / Block * Block);
            switch ((char)_header[156])
            {
                case 'x':
                    (longName, longSize) = Pax(SmallContent(size), longName, longSize);
                    break;
                case 'L':
                    longName = Text(SmallContent(size));
                    break;
                case 'K' or 'g':
                    break;
                case var type:
                    size = longSize ?? size;
                    _rest = checked((size + Block - 1) / Block * Block);
                    return new TarEntry(longName ?? Name(), size, type is '0' or '\0' or '7');
            }
        }
    }

    /// <summary>The content of the entry that <see cref="Next"/> gave last. The caller has judged its size.</summary>
    internal byte[] Content(TarEntry entry)
    {
        var content = new byte[entry.Size];
        Fill(content);
        _rest -= entry.Size;
        return content;
    }

    private byte[] SmallContent(long size)
    {
        if (size > MostNameBytes)
        {
            throw new ShapeException($"has a name of {size} bytes, at most {MostNameBytes} are taken", OciErrorKind.TooLarge);
        }
        var content = new byte[size];
        Fill(content);
        _rest -= size;
        return content;
    }

    /// <summary>False at the end: a block of zeros, or nothing.</summary>
    private bool FillHeader()
    {
        var read = source.ReadAtLeast(_header, Block, throwOnEndOfStream: false);
        Count(read);
        if (read == 0 || (read == Block && !_header.AsSpan().ContainsAnyExcept((byte)0)))
        {
            return false;
        }
        if (read < Block || !HasChecksum())
        {
            throw new ShapeException("is no tar archive");
        }
        return ++_count <= MostEntries ? true : throw new ShapeException($"has more than {MostEntries} entries", OciErrorKind.TooLarge);
    }

    private bool HasChecksum()
    {
        var sum = 8 * ' ';
        for (var index = 0; index < Block; index++)
        {
            sum += index is >= 148 and < 156 ? 0 : _header[index];
        }
        return Number(_header.AsSpan(148, 8)) == sum;
    }

    private void Fill(Span<byte> buffer)
    {
        var read = source.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        Count(read);
        if (read < buffer.Length)
        {
            throw new ShapeException("is cut off");
        }
    }

    private void Skip(long bytes)
    {
        var buffer = new byte[(int)Math.Min(bytes, 64 << 10)];
        for (; bytes > 0; bytes -= Math.Min(bytes, buffer.Length))
        {
            Fill(buffer.AsSpan(0, (int)Math.Min(bytes, buffer.Length)));
        }
    }

    private void Count(int read)
    {
        _read += read;
        if (_read > most)
        {
            throw new ShapeException($"unpacks to more than {most} bytes", OciErrorKind.TooLarge);
        }
    }

    private string Name()
    {
        var name = Text(_header.AsSpan(0, 100));
        var prefix = _header.AsSpan(257, 5).SequenceEqual("ustar"u8) && _header[262] == 0 ? Text(_header.AsSpan(345, 155)) : "";
        return prefix.Length == 0 ? name : $"{prefix}/{name}";
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    /// <summary>Octal digits, or, with the highest bit set, a binary number.</summary>
    private static long Number(ReadOnlySpan<byte> field)
    {
        long number = 0;
        if (field[0] == 0x80)
        {
            foreach (var part in field[1..])
            {
                number = number >> 47 == 0 ? (number << 8) | part : throw new ShapeException("has an entry of an impossible size");
            }
            return number;
        }
        foreach (var digit in Text(field).Trim())
        {
            number = digit is >= '0' and <= '7' ? (number * 8) + (digit - '0') : throw new ShapeException("has a number that is not octal");
        }
        return number;
    }

    /// <summary>Records of the form <c>LENGTH KEY=VALUE\n</c>; two keys matter.</summary>
    private static (string? Name, long? Size) Pax(ReadOnlySpan<byte> records, string? name, long? size)
    {
        while (records.Length > 0)
        {
            var space = records.IndexOf((byte)' ');
            if (space <= 0 || !int.TryParse(records[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || length <= space + 1 || length > records.Length)
            {
                throw new ShapeException("has a pax header of another form");
            }
            var record = Encoding.UTF8.GetString(records[(space + 1)..(length - 1)]);
            records = records[length..];
            if (record.StartsWith("path=", StringComparison.Ordinal))
            {
                name = record[5..];
            }
            else if (record.StartsWith("size=", StringComparison.Ordinal))
            {
                size = long.TryParse(record.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var stated) && stated < 1L << 56
                    ? stated
                    : throw new ShapeException("has an entry of an impossible size");
            }
        }
        return (name, size);
    }
}
