using System.Collections.Immutable;

namespace Tapedeck.Policy.Reading;

/// <summary>Reads YAML, or JSON, into nodes. Bounded in size and depth; aliases, anchors and tags are refused, and so is a field that is there
/// twice.</summary>
public static class Documents
{
    /// <summary>The documents of a file; those before a mistake where there is one.</summary>
    public static ImmutableArray<Node> Read(string text, ProblemList problems)
    {
        if (text.Length > DocumentLimits.Characters)
        {
            problems.Add(0, 0, "", $"expected at most {DocumentLimits.Characters} characters, but found {text.Length}");
            return [];
        }
        return IsJson(text.AsSpan().TrimStart()) ? JsonNodes.Read(text, problems) : YamlNodes.Read(text, problems);
    }

    /// <summary>YAML has mappings in braces as well, but hardly one that begins with a quote.</summary>
    private static bool IsJson(ReadOnlySpan<char> text) => text.StartsWith('{') && text[1..].TrimStart() is [] or ['"' or '}', ..];
}
