using System.Buffers;
using System.Collections.Immutable;

namespace Tapedeck.Oci.Versions;

/// <summary>
/// A range of versions, in the common form of package managers: <c>&gt;=1.2 &lt;2</c> (a space or comma is "and"), <c>^1.2.3</c>, <c>~1.2</c>,
/// <c>1.x</c>, <c>1.2 - 1.4</c>, <c>=1.2.3</c>, <c>!=1.3.0</c>, and <c>||</c> for "or". A prerelease is taken only where the alternative names one.
/// </summary>
public sealed class VersionRange
{
    private const int MostCharacters = 256;
    private static readonly SearchValues<char> Operators = SearchValues.Create("=<>~^!");
    private readonly string _text;
    private readonly ImmutableArray<ImmutableArray<Comparator>> _alternatives;

    private VersionRange(string text, ImmutableArray<ImmutableArray<Comparator>> alternatives) => (_text, _alternatives) = (text, alternatives);

    public static Outcome<VersionRange> Parse(string text)
    {
        if (text.Length > MostCharacters || text.Trim().Length == 0)
        {
            return Invalid(text, $"a range has 1 to {MostCharacters} characters");
        }
        var alternatives = ImmutableArray.CreateBuilder<ImmutableArray<Comparator>>();
        foreach (var alternative in text.Split("||"))
        {
            if (ParseAll(alternative) is not { } comparators)
            {
                return Invalid(text, $"{UntrustedText.Show(alternative.Trim())} is no range of versions");
            }
            alternatives.Add(comparators);
        }
        return new VersionRange(text, alternatives.ToImmutable());
    }

    /// <summary>True where <paramref name="version"/> is in the range.</summary>
    public bool Contains(SemanticVersion version) => _alternatives.Any(comparators =>
        comparators.All(comparator => comparator.Holds(version))
        && (version.Prerelease.Length == 0 || comparators.Any(comparator => comparator.NamesPrerelease)));

    /// <summary>
    /// The tag with the highest version in the range; null where there is none. Of two tags with one version the shorter is taken, then the
    /// first in ordinal order, so that the answer does not hang on the order of the list.
    /// </summary>
    public string? Highest(IEnumerable<string> tags) => tags
        .Select(tag => (Tag: tag, Version: SemanticVersion.TryParse(tag, out var version) ? version : null))
        .Where(candidate => candidate.Version is not null && Contains(candidate.Version))
        .OrderByDescending(candidate => candidate.Version)
        .ThenBy(candidate => candidate.Tag.Length)
        .ThenBy(candidate => candidate.Tag, StringComparer.Ordinal)
        .Select(candidate => candidate.Tag)
        .FirstOrDefault();

    private static ImmutableArray<Comparator>? ParseAll(string alternative)
    {
        if (alternative.Split(" - ") is [var low, var high])
        {
            return PartialVersion.Parse(low.Trim()) is { } from && PartialVersion.Parse(high.Trim()) is { } to
                ? [Between(from.Lowest, to.End, from, to)]
                : null;
        }
        // A space may stand between an operator and its version.
        var joined = string.Concat(alternative.Select((c, index) => c == ' ' && EndsInOperator(alternative.AsSpan(0, index)) ? "" : c.ToString()));
        var comparators = ImmutableArray.CreateBuilder<Comparator>();
        foreach (var word in joined.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            if (ParseOne(word) is not { } comparator)
            {
                return null;
            }
            comparators.Add(comparator);
        }
        return comparators.Count > 0 ? comparators.ToImmutable() : null;
    }

    private static bool EndsInOperator(ReadOnlySpan<char> before) => before.TrimEnd(' ') is [.., '=' or '<' or '>' or '~' or '^' or '!'];

    private static Comparator? ParseOne(string word)
    {
        var length = word.AsSpan().IndexOfAnyExcept(Operators);
        if (length < 0 || PartialVersion.Parse(word[length..]) is not { } version)
        {
            return null;
        }
        return word[..length] switch
        {
            "" or "=" => Between(version.Lowest, version.End, version),
            "!=" => Between(version.Lowest, version.End, version) with { Not = true },
            ">=" => Between(version.Lowest, null, version),
            ">" => version.End is { } end ? Between(end, null, version) : null,
            "<" => Between(null, version.Lowest with { Prerelease = version.Given == 3 && version.Lowest.Prerelease.Length > 0 ? version.Lowest.Prerelease : "0" }, version),
            "<=" => Between(null, version.End, version),
            "~" => Between(version.Lowest, version.Next(Math.Min(version.Given, 2)), version),
            "^" => Between(version.Lowest, version.Next(CaretPlaces(version)), version),
            _ => null,
        };
    }

    /// <summary>The first number that is not zero may not change.</summary>
    private static int CaretPlaces(PartialVersion version) =>
        version.Lowest.Major > 0 || version.Given < 2 ? Math.Min(version.Given, 1)
        : version.Lowest.Minor > 0 || version.Given < 3 ? 2
        : 3;

    private static Comparator Between(SemanticVersion? from, SemanticVersion? below, params PartialVersion[] named) =>
        new(from, below, Not: false, named.Any(version => version.Lowest.Prerelease.Length > 0));

    private static TerminalError Invalid(string text, string what) =>
        new(OciErrorKind.InvalidReference, what, UntrustedText.Show(text), "expected a range such as ^1.2, ~1.2.3, 1.x or >=1.2 <2");

    public override string ToString() => _text;
}
