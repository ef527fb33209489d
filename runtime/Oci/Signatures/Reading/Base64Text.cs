using System.Buffers;
using System.Buffers.Text;

namespace Tapedeck.Oci.Signatures.Reading;

/// <summary>
/// Base64 in its one canonical form (<see href="https://www.rfc-editor.org/rfc/rfc4648"/>): no white space, full padding, no stray bits. So
/// two texts never stand for the same bytes.
/// </summary>
internal static class Base64Text
{
    internal static byte[] Decode(string text)
    {
        var bytes = new byte[(text.Length / 4 * 3) + 3];
        return Convert.TryFromBase64String(text, bytes, out var length) && Convert.ToBase64String(bytes, 0, length) == text
            ? bytes[..length]
            : throw new UnreadableException("is not canonical base64");
    }

    /// <summary>The URL-safe alphabet without padding, as JWS has it.</summary>
    internal static byte[] DecodeUrl(string text)
    {
        var bytes = new byte[(text.Length / 4 * 3) + 3];
        return Base64Url.DecodeFromChars(text, bytes, out _, out var length) == OperationStatus.Done && Base64Url.EncodeToString(bytes.AsSpan(0, length)) == text
            ? bytes[..length]
            : throw new UnreadableException("is not canonical base64url");
    }
}
