using System.Text;

namespace Tapedeck.Oci.Signatures.Reading;

/// <summary>Text of strangers, fit for a message: cut, and without what a terminal or a reader could be fooled with.</summary>
internal static class Display
{
    private const int MostCharacters = 200;

    internal static string Of(string text)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= MostCharacters)
            {
                return shown.Append('…').ToString();
            }
            shown.Append(IsPlain(rune) ? rune.ToString() : "\uFFFD");
        }
        return shown.ToString();
    }

    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune) is not (System.Globalization.UnicodeCategory.Control
        or System.Globalization.UnicodeCategory.Format
        or System.Globalization.UnicodeCategory.LineSeparator
        or System.Globalization.UnicodeCategory.ParagraphSeparator
        or System.Globalization.UnicodeCategory.PrivateUse
        or System.Globalization.UnicodeCategory.OtherNotAssigned);
}
