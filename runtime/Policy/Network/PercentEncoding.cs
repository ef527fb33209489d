using System.Text;

namespace Tapedeck.Policy.Network;

/// <summary><see href="https://www.rfc-editor.org/rfc/rfc3986#section-2.1"/></summary>
internal static class PercentEncoding
{
    /// <summary>True where each percent sign begins an encoded byte.</summary>
    internal static bool IsValid(ReadOnlySpan<char> text)
    {
        for (var index = text.IndexOf('%'); index >= 0; index = Next(text, index))
        {
            if (!IsEncoded(text, index))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Decodes letters, digits and <c>-._~</c>; writes the other encodings in upper case.</summary>
    internal static string DecodeUnreserved(ReadOnlySpan<char> text)
    {
        var decoded = new StringBuilder(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] != '%')
            {
                decoded.Append(text[index]);
                continue;
            }
            var value = ByteAt(text, index);
            if (char.IsAsciiLetterOrDigit((char)value) || value is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~')
            {
                decoded.Append((char)value);
            }
            else
            {
                decoded.Append('%').Append(text.Slice(index + 1, 2).ToString().ToUpperInvariant());
            }
            index += 2;
        }
        return decoded.ToString();
    }

    /// <summary>Decodes every byte once, to the character of the same number.</summary>
    /// <param name="isAmbiguous">Set where a byte is a control character or never occurs in UTF-8: servers differ on those.</param>
    internal static string DecodeAll(string text, ref bool isAmbiguous)
    {
        var decoded = new StringBuilder(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] != '%' || !IsEncoded(text, index))
            {
                decoded.Append(text[index]);
                continue;
            }
            var value = ByteAt(text, index);
            isAmbiguous |= value is < 0x20 or 0x7f or 0xc0 or 0xc1 or > 0xf4;
            decoded.Append((char)value);
            index += 2;
        }
        return decoded.ToString();
    }

    private static int Next(ReadOnlySpan<char> text, int index) =>
        text[(index + 1)..].IndexOf('%') is var next && next < 0 ? -1 : index + 1 + next;

    private static bool IsEncoded(ReadOnlySpan<char> text, int index) =>
        index + 2 < text.Length && char.IsAsciiHexDigit(text[index + 1]) && char.IsAsciiHexDigit(text[index + 2]);

    private static byte ByteAt(ReadOnlySpan<char> text, int index) => Convert.FromHexString(text.Slice(index + 1, 2))[0];
}
