using System.Text.RegularExpressions;

namespace Tapedeck.Components.Names;

/// <summary>Versions of interfaces: <see href="https://semver.org"/>, and the <c>canonversion</c> that all compatible versions share.</summary>
internal static partial class SemanticVersion
{
    internal static bool IsValid(string version) => Semantic().IsMatch(version);

    internal static bool IsCanonical(string version) => Canonical().IsMatch(version);

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

    [GeneratedRegex(@"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Semantic();

    [GeneratedRegex(@"^([1-9][0-9]*|0\.[1-9][0-9]*|0\.0\.[1-9][0-9]*|0\.0\.0)\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Canonical();
}
