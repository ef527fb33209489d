namespace Tapedeck.Components.Names;

/// <summary>Versions of interfaces: <see href="https://semver.org"/>, and the <c>canonversion</c> that all compatible versions share.</summary>
/// <remarks>Without regular expressions: what .NET builds for one that does not backtrack costs an idle process megabytes, for three numbers and some dots.</remarks>
internal static class SemanticVersion
{
    internal static bool IsValid(string version)
    {
        var (rest, build) = Cut(version, '+');
        var (core, release) = Cut(rest, '-');
        return core.Split('.') is [var major, var minor, var patch] && IsNumber(major) && IsNumber(minor) && IsNumber(patch)
            && (release is null || release.Split('.').All(part => IsIdentifier(part) && (!part.All(char.IsAsciiDigit) || IsNumber(part))))
            && (build is null || build.Split('.').All(IsIdentifier));
    }

    internal static bool IsCanonical(string version) => version.Split('.') switch
    {
        [var major] => major != "0" && IsNumber(major),
        ["0", var minor] => minor != "0" && IsNumber(minor),
        ["0", "0", var patch] => IsNumber(patch),
        _ => false,
    };

    /// <summary>The canonical version of a version that is either: <c>0.2</c> for <c>0.2.12</c>, <c>1</c> for <c>1.4.0-rc</c>.</summary>
    internal static string Canonicalize(string version)
    {
        if (IsCanonical(version))
        {
            return version;
        }
        var parts = version.Split('.', '-', '+');
        return parts[0] != "0" ? parts[0] : parts[1] != "0" ? $"0.{parts[1]}" : $"0.0.{parts[2]}";
    }

    private static (string Before, string? After) Cut(string text, char at) =>
        text.IndexOf(at, StringComparison.Ordinal) is >= 0 and var index ? (text[..index], text[(index + 1)..]) : (text, null);

    /// <summary>Digits without a zero before them.</summary>
    private static bool IsNumber(string text) => text == "0" || (text.Length > 0 && text[0] != '0' && text.All(char.IsAsciiDigit));

    private static bool IsIdentifier(string text) => text.Length > 0 && text.All(character => char.IsAsciiLetterOrDigit(character) || character == '-');
}
