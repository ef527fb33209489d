using System.Diagnostics;
using Tapedeck.Policy.Storage;
using Xunit;

namespace Tapedeck.Policy.Tests.Storage;

public sealed class GlobTests
{
    [Theory]
    [InlineData("*.csv", "a.csv", true)]
    [InlineData("*.csv", ".csv", true)]
    [InlineData("*.csv", "a.csv.bak", false)]
    [InlineData("*.csv", "x/a.csv", false)]
    [InlineData("**/*.csv", "a.csv", true)]
    [InlineData("**/*.csv", "x/y/a.csv", true)]
    [InlineData("x/**", "x", true)]
    [InlineData("x/**", "x/y/z", true)]
    [InlineData("x/**", "xy", false)]
    [InlineData("**", "any/thing", true)]
    [InlineData("a/**/z", "a/z", true)]
    [InlineData("a/**/z", "a/b/z/c/z", true)]
    [InlineData("a/**/z", "a/b/z/c", false)]
    [InlineData("a/**/b/**/c", "a/x/b/y/b/c", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("a*b*c", "axxbyyc", true)]
    [InlineData("a*b*c", "axxbyy", false)]
    [InlineData("A", "a", false)]
    public void Path_and_pattern(string pattern, string path, bool expected) => Assert.Equal(expected, Of(pattern).Matches(path));

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("../a")]
    [InlineData("a/./b")]
    [InlineData("a**")]
    [InlineData("***")]
    [InlineData("**.txt")]
    [InlineData("[ab]")]
    [InlineData("{a,b}")]
    public void What_is_no_pattern(string text) => Assert.False(Glob.TryParse(text, out _, out _));

    [Fact]
    public void A_hostile_pattern_takes_no_time()
    {
        var glob = Of(string.Join('/', Enumerable.Repeat("**/*a*a*a*a*b", 15)));
        var path = string.Join('/', Enumerable.Repeat(new string('a', 100), 40));
        var start = Stopwatch.GetTimestamp();
        Assert.False(glob.Matches(path));
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 1);
    }

    private static Glob Of(string text) => Glob.TryParse(text, out var glob, out var expected) ? glob : throw new ArgumentException(expected, nameof(text));
}
