using System.Globalization;
using System.Text;

namespace Tapedeck.Server.Tools;

/// <summary>Texts that an untrusted publisher wrote, made fit for agents, pages and terminals.</summary>
internal static class PublisherText
{
    internal const int MostCharactersOfDescription = 4096;

    /// <summary>
    /// The text without control, formatting, private and unassigned characters, among them those that turn the direction of text or move a cursor, and cut at
    /// <paramref name="most"/> characters. Line ends and tabs stay.
    /// </summary>
    internal static string Clean(string text, int most)
    {
        var clean = new StringBuilder(Math.Min(text.Length, most));
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length + rune.Utf16SequenceLength > most)
            {
                break;
            }
            if (rune.Value is '\n' or '\t' || IsVisible(rune))
            {
                clean.Append(rune);
            }
        }
        return clean.ToString().Trim();
    }

    private static bool IsVisible(Rune rune) => rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
