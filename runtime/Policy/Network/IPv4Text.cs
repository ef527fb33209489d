namespace Tapedeck.Policy.Network;

/// <summary>The spellings of an IPv4 address.</summary>
internal static class IPv4Text
{
    /// <summary>Four decimal numbers from 0 to 255 without leading zeros.</summary>
    internal static bool TryParseStrict(ReadOnlySpan<char> text, out uint address)
    {
        var parts = 0;
        address = 0;
        foreach (var range in text.Split('.'))
        {
            var part = text[range];
            if (++parts > 4 || part.Length is 0 or > 3 || part.ContainsAnyExceptInRange('0', '9') || (part.Length > 1 && part[0] == '0')
                || !uint.TryParse(part, out var number) || number > byte.MaxValue)
            {
                return false;
            }
            address = (address << 8) | number;
        }
        return parts == 4;
    }

    /// <summary>True where a host is meant to be an IPv4 address in some spelling: its last label is a number.
    /// <see href="https://url.spec.whatwg.org/#ends-in-a-number-checker"/></summary>
    internal static bool EndsInNumber(ReadOnlySpan<char> host)
    {
        var last = host[(host.LastIndexOf('.') + 1)..];
        return last.Length > 0 && (!last.ContainsAnyExceptInRange('0', '9') || TryParseNumber(last, out _));
    }

    /// <summary>
    /// Reads one to four decimal, octal or hexadecimal numbers, the last of which fills the bytes that are left: what <c>inet_aton</c>,
    /// browsers and <c>Uri</c> make of a host. <see href="https://url.spec.whatwg.org/#concept-ipv4-parser"/>
    /// </summary>
    internal static bool TryParseLoose(ReadOnlySpan<char> text, out uint address)
    {
        address = 0;
        ulong last = 0;
        var parts = 0;
        foreach (var range in text.Split('.'))
        {
            // Each number that turns out not to be the last one is a byte.
            if (parts == 4 || last > byte.MaxValue)
            {
                return false;
            }
            address = (address << 8) | (uint)last;
            if (!TryParseNumber(text[range], out last))
            {
                return false;
            }
            parts++;
        }
        var bytesLeft = 5 - parts;
        if (last >> (8 * bytesLeft) != 0)
        {
            return false;
        }
        address = (uint)((((ulong)address << (8 * bytesLeft)) | last) & uint.MaxValue);
        return true;
    }

    private static bool TryParseNumber(ReadOnlySpan<char> text, out ulong number)
    {
        number = 0;
        if (text.IsEmpty)
        {
            return false;
        }
        var radix = 10u;
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            radix = 16;
            text = text[2..];
        }
        else if (text.Length > 1 && text[0] == '0')
        {
            radix = 8;
            text = text[1..];
        }
        foreach (var character in text)
        {
            if (!char.IsAsciiHexDigit(character) || Digit(character) >= radix)
            {
                return false;
            }
            // Saturates: whatever is larger than 32 bits is refused by the caller, however long its text.
            number = Math.Min((number * radix) + Digit(character), 1UL << 40);
        }
        return true;
    }

    private static uint Digit(char character) => char.IsAsciiDigit(character) ? character - (uint)'0' : (character | 0x20u) - 'a' + 10;
}
