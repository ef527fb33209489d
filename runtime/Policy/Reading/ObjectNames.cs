namespace Tapedeck.Policy.Reading;

/// <summary>The names of Kubernetes. <see href="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"/></summary>
public static class ObjectNames
{
    private const int MostCharactersOfSubdomain = 253;
    private const int MostCharactersOfLabel = 63;

    /// <summary>The name of an object: a DNS subdomain.</summary>
    public static bool TryParseName(string text, out string name, out string expected)
    {
        name = text;
        expected = "a name of lower-case letters, digits, '-' and '.'";
        return text.Length is > 0 and <= MostCharactersOfSubdomain && text.Split('.').All(IsLabel);
    }

    /// <summary>The name of a volume: a DNS label.</summary>
    public static bool TryParseLabel(string text, out string name, out string expected)
    {
        name = text;
        expected = "a name of at most 63 lower-case letters, digits and '-'";
        return text.Length <= MostCharactersOfLabel && IsLabel(text);
    }

    /// <summary>A key in a Secret or ConfigMap.</summary>
    public static bool TryParseDataKey(string text, out string name, out string expected)
    {
        name = text;
        expected = "a key of letters, digits, '-', '_' and '.'";
        return text.Length is > 0 and <= MostCharactersOfSubdomain && text is not ("." or "..")
            && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');
    }

    /// <summary>The key of a label: an optional prefix and a name.</summary>
    public static bool TryParseLabelKey(string text, out string name, out string expected)
    {
        name = text;
        expected = "the key of a label, such as app.kubernetes.io/name";
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return (slash < 0 || TryParseName(text[..slash], out _, out _)) && IsLabelText(text[(slash + 1)..]);
    }

    /// <summary>The value of a label, which may be empty.</summary>
    public static bool TryParseLabelValue(string text, out string name, out string expected)
    {
        name = text;
        expected = "the value of a label: at most 63 letters, digits, '-', '_' and '.'";
        return text.Length == 0 || IsLabelText(text);
    }

    private static bool IsLabel(string text) =>
        text.Length > 0 && text.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-')
        && text[0] != '-' && text[^1] != '-';

    private static bool IsLabelText(string text) =>
        text.Length is > 0 and <= MostCharactersOfLabel && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1])
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');
}
