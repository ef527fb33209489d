using System.Text.RegularExpressions;
using Xunit;

namespace Tapedeck.Architecture.Tests;

/// <summary>docs/operator-checklist.md names tests. A name that was changed since is a promise that nobody keeps.</summary>
public sealed partial class ChecklistTests
{
    private const int Rows = 60;

    private static readonly string Document = Repository.Read("docs/operator-checklist.md");

    [Fact]
    public void Every_row_is_there_and_shows_something_or_says_what_is_left()
    {
        var rows = Row().Matches(Document);
        Assert.Equal(Enumerable.Range(1, Rows), rows.Select(row => int.Parse(row.Groups[1].ValueSpan)));
        Assert.All(rows, row => Assert.True(Name().IsMatch(row.Groups[2].Value) || row.Groups[3].Value.Trim().Length > 20, row.Value));
    }

    [Fact]
    public void Every_test_that_is_named_exists()
    {
        var tests = Repository.Sources.Where(file => Repository.IsBelow(file, "tests")).Select(Repository.Read).SelectMany(Methods).ToHashSet();
        string[] named = [.. Name().Matches(Document).Select(match => match.Groups[1].Value).Distinct()];
        Assert.True(named.Length > Rows);
        Assert.Empty(named.Except(tests));
    }

    /// <summary>Of a file of tests, each with the class that it is in.</summary>
    private static IEnumerable<string> Methods(string source)
    {
        var types = Type().Matches(source);
        return Method().Matches(source).Select(method =>
            $"{types.Where(type => type.Index < method.Index).Select(type => type.Groups[1].Value).LastOrDefault()}.{method.Groups[1].Value}");
    }

    [GeneratedRegex(@"^\| (\d+) \|[^|]+\|([^|]*)\|([^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`([A-Z]\w+\.[A-Z]\w*_\w+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"^public (?:sealed |partial |static )*class (\w+)", RegexOptions.Multiline)]
    private static partial Regex Type();

    /// <summary>Only tests are called by sentences.</summary>
    [GeneratedRegex(@"^    public (?:async )?(?:Task|void|Property|bool) ([A-Z][A-Za-z0-9]*_\w+)\(", RegexOptions.Multiline)]
    private static partial Regex Method();
}
