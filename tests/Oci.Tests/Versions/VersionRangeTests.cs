using Tapedeck.Oci.Versions;
using Xunit;

namespace Tapedeck.Oci.Tests.Versions;

public sealed class VersionRangeTests
{
    /// <summary>The specification's own example of precedence, and more.</summary>
    private static readonly string[] InOrder =
    [
        "0.0.0", "0.0.1", "0.1.0", "1.0.0-0", "1.0.0-2", "1.0.0-10", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
        "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0", "9999999999999999999.0.0",
    ];

    [Fact]
    public void Versions_have_the_order_of_the_specification()
    {
        var versions = InOrder.Select(text => SemanticVersion.TryParse(text, out var version) ? version : throw new InvalidOperationException(text)).ToArray();
        for (var left = 0; left < versions.Length; left++)
        {
            for (var right = 0; right < versions.Length; right++)
            {
                Assert.Equal(left.CompareTo(right), Math.Sign(versions[left].CompareTo(versions[right])));
            }
        }
    }

    [Theory]
    [InlineData("1.2.3", "1.2.3")]
    [InlineData("v1.2.3", "1.2.3")]
    [InlineData("1.2.3-rc.1", "1.2.3-rc.1")]
    [InlineData("1.2.3_build.5", "1.2.3")]
    [InlineData("1.2.3-rc.1_build", "1.2.3-rc.1")]
    [InlineData("1.2.3-0a", "1.2.3-0a")]
    [InlineData("1.2", null)]
    [InlineData("1", null)]
    [InlineData("latest", null)]
    [InlineData("1.2.3.4", null)]
    [InlineData("01.2.3", null)]
    [InlineData("1.2.03", null)]
    [InlineData("1.2.3-", null)]
    [InlineData("1.2.3-01", null)]
    [InlineData("1.2.3-a..b", null)]
    [InlineData("1.2.-3", null)]
    [InlineData("vv1.2.3", null)]
    [InlineData("99999999999999999999.0.0", null)]
    [InlineData("", null)]
    public void A_tag_is_a_version_or_is_not(string tag, string? version) =>
        Assert.Equal(version, SemanticVersion.TryParse(tag, out var parsed) ? parsed.ToString() : null);

    [Theory]
    [InlineData("1.2.3", "1.2.3", "1.2.2 1.2.4 1.2.3-rc.1")]
    [InlineData("=1.2.3", "1.2.3", "1.2.4")]
    [InlineData("v1.2.3", "1.2.3", "1.2.4")]
    [InlineData("1.2", "1.2.0 1.2.9", "1.1.9 1.3.0 1.3.0-rc.1")]
    [InlineData("1", "1.0.0 1.9.9", "0.9.9 2.0.0")]
    [InlineData("1.x", "1.0.0 1.9.9", "2.0.0")]
    [InlineData("1.2.*", "1.2.0 1.2.9", "1.3.0")]
    [InlineData("*", "0.0.0 9.9.9", "1.0.0-rc.1")]
    [InlineData("^1.2.3", "1.2.3 1.9.0", "1.2.2 2.0.0 2.0.0-rc.1 1.3.0-rc.1")]
    [InlineData("^0.2.3", "0.2.3 0.2.9", "0.2.2 0.3.0")]
    [InlineData("^0.0.3", "0.0.3", "0.0.2 0.0.4")]
    [InlineData("^0.0", "0.0.0 0.0.9", "0.1.0")]
    [InlineData("^0", "0.0.0 0.9.9", "1.0.0")]
    [InlineData("^1", "1.0.0 1.9.9", "2.0.0")]
    [InlineData("~1.2.3", "1.2.3 1.2.9", "1.2.2 1.3.0")]
    [InlineData("~1.2", "1.2.0 1.2.9", "1.3.0")]
    [InlineData("~1", "1.0.0 1.9.9", "2.0.0")]
    [InlineData(">=1.2.3", "1.2.3 2.0.0", "1.2.2 1.2.3-rc.1")]
    [InlineData(">1.2.3", "1.2.4", "1.2.3")]
    [InlineData(">1.2", "1.3.0", "1.2.9 1.2.0")]
    [InlineData("<1.2.3", "1.2.2", "1.2.3 1.2.3-rc.1")]
    [InlineData("<=1.2.3", "1.2.3 0.1.0", "1.2.4")]
    [InlineData("<=1.2", "1.2.9", "1.3.0")]
    [InlineData(">=1.2 <2", "1.2.0 1.9.9", "1.1.9 2.0.0")]
    [InlineData(">= 1.2, < 2", "1.2.0 1.9.9", "1.1.9 2.0.0")]
    [InlineData("1.2 - 1.4", "1.2.0 1.4.9", "1.1.9 1.5.0")]
    [InlineData("1.2.3 - 1.4.5", "1.2.3 1.4.5", "1.2.2 1.4.6")]
    [InlineData("^1 || ^3", "1.0.0 3.1.0", "2.0.0 4.0.0")]
    [InlineData("^1 !=1.3.0", "1.2.0 1.3.1", "1.3.0")]
    [InlineData("^1 !=1.3", "1.2.0 1.4.0", "1.3.0 1.3.9")]
    [InlineData(">=1.2.3-rc.1", "1.2.3-rc.1 1.2.3-rc.2 1.2.3 1.3.0-a", "1.2.3-beta")]
    [InlineData("^1.2.3-0", "1.2.3-rc.1 1.9.0", "2.0.0-rc.1 2.0.0")]
    [InlineData("1.2.3-rc.1", "1.2.3-rc.1", "1.2.3-rc.2 1.2.3-rc.1.1 1.2.3")]
    public void A_range_takes_and_leaves(string range, string takes, string leaves)
    {
        var parsed = VersionRange.Parse(range).Required;
        Assert.All(takes.Split(' '), tag => Assert.Equal(tag, parsed.Highest([tag])));
        Assert.All(leaves.Split(' '), tag => Assert.Null(parsed.Highest([tag])));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("latest")]
    [InlineData("^")]
    [InlineData("^1 ||")]
    [InlineData(">=")]
    [InlineData("><1")]
    [InlineData("=>1")]
    [InlineData("1.x.3")]
    [InlineData("1.2.3.4")]
    [InlineData("1 - ")]
    [InlineData("1 - 2 - 3")]
    [InlineData("^1; rm")]
    [InlineData("^-1")]
    public void What_is_no_range_is_refused(string range) =>
        Assert.Equal(OciErrorKind.InvalidReference, Assert.IsType<TerminalError>(VersionRange.Parse(range).Error).Kind);

    [Theory]
    [InlineData("^1", "1.2.0 1.10.0 1.9.0 2.0.0 latest 1.11", "1.10.0")]
    [InlineData("^1", "v1.2.0 1.2.0", "1.2.0")]
    [InlineData("^1", "1.2.0 v1.2.0", "1.2.0")]
    [InlineData("^1", "1.2.0_b 1.2.0_a", "1.2.0_a")]
    [InlineData("^3", "1.2.0 2.0.0", null)]
    public void The_highest_is_taken_whatever_the_order(string range, string tags, string? highest)
    {
        var parsed = VersionRange.Parse(range).Required;
        Assert.Equal(highest, parsed.Highest(tags.Split(' ')));
        Assert.Equal(highest, parsed.Highest(tags.Split(' ').Reverse()));
    }
}
