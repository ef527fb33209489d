using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Tapedeck.Oci.Versions;

/// <summary>
/// A version as <see href="https://semver.org/spec/v2.0.0.html"/> has it. Compared by precedence, in which build metadata has no part.
/// </summary>
/// <param name="Prerelease">What follows the hyphen; empty for a release.</param>
public sealed record SemanticVersion(ulong Major, ulong Minor, ulong Patch, string Prerelease) : IComparable<SemanticVersion>
{
    private const int MostCharacters = 128;

    /// <summary>
    /// Reads a tag: all three numbers, perhaps after a <c>v</c>. A tag cannot hold the plus sign of build metadata, and tools write an
    /// underscore for it.
    /// </summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SemanticVersion? version)
    {
        version = null;
        if (text.Length is 0 or > MostCharacters)
        {
            return false;
        }
        var rest = text[0] == 'v' ? text[1..] : text;
        var build = rest.IndexOfAny(['+', '_']);
        if (build >= 0 && !AreIdentifiers(rest[(build + 1)..], numbersAreStrict: false))
        {
            return false;
        }
        rest = build >= 0 ? rest[..build] : rest;
        var hyphen = rest.IndexOf('-', StringComparison.Ordinal);
        var prerelease = hyphen >= 0 ? rest[(hyphen + 1)..] : "";
        if (hyphen >= 0 && !AreIdentifiers(prerelease, numbersAreStrict: true))
        {
            return false;
        }
        var numbers = (hyphen >= 0 ? rest[..hyphen] : rest).Split('.');
        if (numbers.Length == 3 && TryNumber(numbers[0], out var major) && TryNumber(numbers[1], out var minor) && TryNumber(numbers[2], out var patch))
        {
            version = new SemanticVersion(major, minor, patch, prerelease);
        }
        return version is not null;
    }

    /// <see href="https://semver.org/spec/v2.0.0.html#spec-item-11"/>
    public int CompareTo(SemanticVersion? other)
    {
        if (other is null)
        {
            return 1;
        }
        var numbers = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        return numbers != 0 ? numbers
            : Prerelease.Length == 0 || other.Prerelease.Length == 0 ? other.Prerelease.Length.CompareTo(Prerelease.Length)
            : ComparePrereleases(Prerelease.Split('.'), other.Prerelease.Split('.'));
    }

    public static bool operator <(SemanticVersion left, SemanticVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(SemanticVersion left, SemanticVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(SemanticVersion left, SemanticVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(SemanticVersion left, SemanticVersion right) => left.CompareTo(right) >= 0;

    private static int ComparePrereleases(string[] left, string[] right)
    {
        for (var index = 0; index < Math.Min(left.Length, right.Length); index++)
        {
            var (a, b) = (IsNumber(left[index]), IsNumber(right[index]));
            var order = a && b ? BigInteger.Parse(left[index]).CompareTo(BigInteger.Parse(right[index]))
                : a != b ? b.CompareTo(a)
                : string.CompareOrdinal(left[index], right[index]);
            if (order != 0)
            {
                return order;
            }
        }
        return left.Length.CompareTo(right.Length);
    }

    private static bool AreIdentifiers(string text, bool numbersAreStrict) => text.Split('.').All(identifier =>
        identifier.Length > 0 && identifier.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
        && !(numbersAreStrict && IsNumber(identifier) && identifier.Length > 1 && identifier[0] == '0'));

    private static bool IsNumber(string text) => !text.AsSpan().ContainsAnyExceptInRange('0', '9');

    internal static bool TryNumber(string text, out ulong number)
    {
        number = 0;
        return text.Length is > 0 and <= 19 && IsNumber(text) && (text.Length == 1 || text[0] != '0') && ulong.TryParse(text, out number);
    }

    public override string ToString() => $"{Major}.{Minor}.{Patch}{(Prerelease.Length == 0 ? "" : $"-{Prerelease}")}";
}
