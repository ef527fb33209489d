using System.Buffers;
using System.Text;

namespace Tapedeck.Policy.Network;

/// <summary>
/// The name of a host in the one form in which it is compared, resolved and connected to: A-labels, lower case, no dot at the end. What is
/// compared is what is resolved, so no two spellings of a name can pass for one another. Never an address: see <see cref="Authority"/>.
/// </summary>
public readonly record struct HostName
{
    private const int MostCharacters = 253;
    private const int MostCharactersOfLabel = 63;

    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    private HostName(string value) => Value = value;

    /// <summary>Null in the default value only, which is no name.</summary>
    public string Value { get; }

    internal bool IsNone => Value is null;

    /// <summary>Reads a name in any case, with Unicode or A-labels, with or without a dot at the end. Allocates only where the text is
    /// not in normal form.</summary>
    public static bool TryParse(string text, out HostName name)
    {
        name = default;
        if (text.Length is 0 or > 4 * MostCharacters || (IsPlain(text) ? text : Normalise(text)) is not { } value || !LabelsFit(value)
            || IPv4Text.EndsInNumber(value))
        {
            return false;
        }
        name = new HostName(value);
        return true;
    }

    /// <summary>True where the text is in normal form, but for the lengths of its labels.</summary>
    private static bool IsPlain(string text) =>
        !text.AsSpan().ContainsAnyExcept(PlainCharacters)
        && !text.EndsWith('.') && !text.Contains(IdnLabel.Prefix, StringComparison.Ordinal);

    private static string? Normalise(string text)
    {
        var normal = new StringBuilder();
        foreach (var label in (text.EndsWith('.') ? text[..^1] : text).Split('.'))
        {
            if (IdnLabel.ToAscii(label) is not { } ascii)
            {
                return null;
            }
            normal.Append(normal.Length == 0 ? "" : ".").Append(ascii);
        }
        return normal.ToString();
    }

    private static bool LabelsFit(string value)
    {
        if (value.Length > MostCharacters)
        {
            return false;
        }
        foreach (var range in value.AsSpan().Split('.'))
        {
            var label = value.AsSpan(range);
            if (label.Length is 0 or > MostCharactersOfLabel || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }
        }
        return true;
    }

    public override string ToString() => Value ?? "";
}
