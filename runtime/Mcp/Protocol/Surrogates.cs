using System.Buffers.Text;

namespace Tapedeck.Mcp.Protocol;

/// <summary>
/// Finds escapes of half a character (<c>"\ud800"</c>). JSON's grammar lets them pass, yet they stand for no text: what reads such a string
/// later would throw, or replace it in silence.
/// </summary>
internal static class Surrogates
{
    /// <summary>Whether each escape of half a character has its other half. Text that is not JSON may get either answer.</summary>
    internal static bool ArePaired(ReadOnlySpan<byte> json)
    {
        for (var at = json.IndexOf((byte)'\\'); at >= 0;)
        {
            var rest = json[at..];
            var step = 2;
            if (IsSurrogate(rest, out var low))
            {
                if (low || !IsSurrogate(rest[6..], out var second) || !second)
                {
                    return false;
                }
                step = 12;
            }
            if (at + step >= json.Length)
            {
                return true;
            }
            var next = json[(at + step)..].IndexOf((byte)'\\');
            at = next < 0 ? -1 : at + step + next;
        }
        return true;
    }

    /// <summary>Whether an escape of a surrogate begins here, and which half it is.</summary>
    private static bool IsSurrogate(ReadOnlySpan<byte> text, out bool low)
    {
        low = false;
        if (text.Length < 6 || text[0] != '\\' || text[1] != 'u'
            || !Utf8Parser.TryParse(text.Slice(2, 4), out ushort unit, out var read, 'X') || read != 4 || !char.IsSurrogate((char)unit))
        {
            return false;
        }
        low = char.IsLowSurrogate((char)unit);
        return true;
    }
}
