using System.Globalization;
using System.Text;

namespace Tapedeck.Policy.Network;

/// <summary>The characters of U-labels.</summary>
internal static class IdnCharacters
{
    /// <summary>
    /// Characters that are compatible with others, or compose with the one before them: mapping and normalisation could make another name of
    /// them. The tables of the categories do not tell, so whole blocks are refused; each name has a spelling without them.
    /// </summary>
    private static readonly (int First, int Last)[] Refused =
    [
        (0x00aa, 0x00aa), (0x00b5, 0x00b5), (0x00ba, 0x00ba),    // ordinal indicators, micro sign
        (0x0132, 0x0133), (0x013f, 0x0140), (0x0149, 0x0149), (0x017f, 0x017f), (0x01c4, 0x01cc), (0x01f1, 0x01f3),
        (0x0300, 0x036f),    // combining diacritical marks
        (0x03d0, 0x03d6), (0x03f0, 0x03f9), (0x0587, 0x0587), (0x0675, 0x0678),
        (0x0e33, 0x0e33), (0x0eb3, 0x0eb3), (0x0edc, 0x0edd),
        (0x1100, 0x11ff),    // conjoining jamo
        (0x180b, 0x180f),    // Mongolian variation selectors
        (0x1ab0, 0x1aff), (0x1d00, 0x1dff),    // phonetic extensions, more combining marks
        (0x1e9a, 0x1e9b), (0x1fbd, 0x1fc1),
        (0x2000, 0x2bff),    // punctuation, letterlike symbols, number forms, enclosed letters
        (0x2e80, 0x2fff),    // radicals
        (0x302a, 0x302f), (0x3131, 0x318f),    // tone marks, compatibility jamo
        (0x3190, 0x319f), (0x3200, 0x33ff),
        (0xa960, 0xa97f), (0xd7b0, 0xd7ff),    // more jamo
        (0xf900, 0xfaff), (0xfb00, 0xfdff), (0xfe00, 0xfe6f), (0xfe70, 0xffff),    // presentation forms, half and full width
        (0x1d000, 0x1d7ff), (0x1ee00, 0x1eeff), (0x1f000, 0x1ffff), (0x2f800, 0x2fa1f), (0xe0000, 0x10ffff),
    ];

    internal static bool IsAllowed(Rune rune) => rune.IsAscii
        ? rune.Value == '-' || char.IsAsciiDigit((char)rune.Value) || char.IsAsciiLetterLower((char)rune.Value)
        : IsWordCharacter(rune) && !Array.Exists(Refused, block => rune.Value >= block.First && rune.Value <= block.Last);

    internal static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static bool IsWordCharacter(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber => true,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark => true,
        // Iteration marks and the long vowel mark of Japanese; other modifier letters are compatible with plain ones.
        UnicodeCategory.ModifierLetter => rune.Value is 0x3005 or 0x309d or 0x309e or 0x30fc or 0x30fd or 0x30fe,
        _ => false,
    };
}
