using System.Text.RegularExpressions;
using Xunit;

namespace Tapedeck.Architecture.Tests;

/// <summary>RATIONALE.md, "Why does Oci know special addresses a second time?": two tables, neither of which lacks a row of the other.</summary>
public sealed partial class SpecialRangesTests
{
    [Fact]
    public void Guests_and_pulls_are_kept_from_the_same_special_addresses()
    {
        var guests = Of("runtime/Policy/Network/SpecialRanges.cs");
        Assert.True(guests.Length > 35);
        Assert.Equal(guests, Of("runtime/Oci/Network/SpecialRanges.cs"));
    }

    /// <summary>What is not global unicast is a list of blocks in the one and a case of its own in the other.</summary>
    private static string[] Of(string file) =>
        [.. Row().Matches(Repository.Read(file)).Select(row => row.Groups[1].Value).Where(row => !row.EndsWith("\"not global unicast\"", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    [GeneratedRegex("""^ +(?:Never|Closed|Private)\(("[^"]+", "[^"]+")\),$""", RegexOptions.Multiline)]
    private static partial Regex Row();
}
