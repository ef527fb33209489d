using System.Text;

namespace Tapedeck.Oci;

/// <summary>Text of a server or publisher on its way to a person: short, printable, on one line.</summary>
internal static class UntrustedText
{
    private const int MostCharacters = 120;

    /// <param name="most">Characters; more where a person has to tell two long names apart.</param>
    internal static string Show(string? text, int most = MostCharacters)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "(empty)";
        }
        var shown = new StringBuilder();
        foreach (var character in text)
        {
            if (shown.Length == most)
            {
                return shown.Append("...").ToString();
            }
            // Nothing beyond ASCII: bidirectional marks and look-alikes would make a message say something else.
            shown.Append(character is >= ' ' and <= '~' ? character : '?');
        }
        return shown.ToString();
    }
}
