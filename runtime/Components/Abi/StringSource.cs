using Tapedeck.Components.Binary.Definitions;

namespace Tapedeck.Components.Abi;

/// <summary>How a string lay in the memory that it came from: it decides which memory <c>realloc</c> is asked for in the next.</summary>
/// <param name="Encoding">Its encoding; of <c>latin1+utf16</c> the one that was used.</param>
/// <param name="CodeUnits">Its length there.</param>
/// <param name="IsTagged">Whether the encoding was <c>latin1+utf16</c>.</param>
internal readonly record struct StringSource(SimpleEncoding Encoding, uint CodeUnits, bool IsTagged)
{
    /// <summary>Set in every source, so that 0 is none: a string that the host made.</summary>
    private const ulong Known = 1ul << 40;

    internal ulong ToBits() => Known | (IsTagged ? 1ul << 41 : 0) | ((ulong)Encoding << 32) | CodeUnits;

    /// <summary>Where a string came from; one that the host made came in the encoding that costs the least.</summary>
    internal static StringSource Of(ulong bits, string text, StringEncoding destination)
    {
        if (bits != 0)
        {
            return new StringSource((SimpleEncoding)((bits >> 32) & 0xFF), (uint)bits, (bits & (1ul << 41)) != 0);
        }
        return destination switch
        {
            StringEncoding.Utf8 => new StringSource(SimpleEncoding.Utf8, (uint)System.Text.Encoding.UTF8.GetByteCount(text), false),
            StringEncoding.Latin1OrUtf16 when !text.AsSpan().ContainsAnyExceptInRange('\0', '\u00FF') => new StringSource(SimpleEncoding.Latin1, (uint)text.Length, true),
            _ => new StringSource(SimpleEncoding.Utf16, (uint)text.Length, destination == StringEncoding.Latin1OrUtf16),
        };
    }
}

internal enum SimpleEncoding : byte
{
    Utf8,
    Utf16,
    Latin1,
}
