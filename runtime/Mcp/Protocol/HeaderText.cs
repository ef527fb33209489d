using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Tapedeck.Mcp.Protocol;

/// <summary>
/// Values in HTTP headers that repeat what the body says,
/// <see href="https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#value-encoding"/>.
/// </summary>
internal static class HeaderText
{
    private const string Prefix = "=?base64?";
    private const string Suffix = "?=";
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly SearchValues<char> Visible = SearchValues.Create([.. Enumerable.Range(0x20, 0x5f).Select(static c => (char)c), '\t']);

    /// <summary>What a header says, decoded where it is encoded. False for characters that it must not have, and for broken Base64.</summary>
    internal static bool TryDecode(string header, out string value)
    {
        value = header;
        if (header.AsSpan().ContainsAnyExcept(Visible))
        {
            return false;
        }
        if (!header.StartsWith(Prefix, StringComparison.Ordinal) || !header.EndsWith(Suffix, StringComparison.Ordinal)
            || header.Length < Prefix.Length + Suffix.Length)
        {
            return true;
        }
        var encoded = header.AsSpan(Prefix.Length, header.Length - Prefix.Length - Suffix.Length);
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(encoded.Length)];
        if (!Convert.TryFromBase64Chars(encoded, bytes, out var length))
        {
            return false;
        }
        try
        {
            value = StrictUtf8.GetString(bytes, 0, length);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
