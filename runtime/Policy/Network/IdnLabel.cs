using System.Buffers;
using System.Text;

namespace Tapedeck.Policy.Network;

/// <summary>
/// One label of a name as an A-label, as strictly as <see href="https://www.rfc-editor.org/rfc/rfc5891"/> asks: letters are put in lower
/// case, and nothing else is mapped. Characters that only look like others, or that another program might map, are refused.
/// </summary>
internal static class IdnLabel
{
    internal const string Prefix = "xn--";

    private const int MostCharacters = 63;

    private static readonly SearchValues<char> LabelCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Null where the label is not allowed.</summary>
    internal static string? ToAscii(string label)
    {
        if (label.Length is 0 or > MostCharacters)
        {
            return null;
        }
        if (!Ascii.IsValid(label))
        {
            return Lower(label) is { } lower && IsULabel(lower) ? Prefix + Punycode.Encode(lower) : null;
        }
        var ascii = label.ToLowerInvariant();
        if (ascii.AsSpan().ContainsAnyExcept(LabelCharacters))
        {
            return null;
        }
        return !ascii.StartsWith(Prefix, StringComparison.Ordinal) || IsALabel(ascii) ? ascii : null;
    }

    /// <summary>An A-label stands for an allowed U-label and is the one way to write it.</summary>
    private static bool IsALabel(string ascii) =>
        Punycode.Decode(ascii[Prefix.Length..]) is { } runes
        && runes.Any(rune => !rune.IsAscii)
        && runes.All(rune => Rune.ToLowerInvariant(rune) == rune)
        && IsULabel(runes)
        && Prefix + Punycode.Encode(runes) == ascii;

    private static List<Rune>? Lower(string label)
    {
        var runes = new List<Rune>();
        foreach (var rune in label.EnumerateRunes())
        {
            runes.Add(Rune.ToLowerInvariant(rune));
        }
        // A lone surrogate is enumerated as U+FFFD, which is no letter.
        return runes;
    }

    private static bool IsULabel(List<Rune> runes) =>
        runes[0].Value != '-' && runes[^1].Value != '-'
        && !(runes.Count > 3 && runes[2].Value == '-' && runes[3].Value == '-')
        && !IdnCharacters.IsMark(runes[0])
        && runes.All(IdnCharacters.IsAllowed);
}
