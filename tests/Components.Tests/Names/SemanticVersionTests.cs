using Tapedeck.Components.Names;
using Xunit;

namespace Tapedeck.Components.Tests.Names;

public sealed class SemanticVersionTests
{
    [Theory]
    [InlineData("0.0.0")]
    [InlineData("1.20.300")]
    [InlineData("1.0.0-rc.1")]
    [InlineData("1.0.0-0")]
    [InlineData("1.0.0-0a.-")]
    [InlineData("1.0.0--")]
    [InlineData("1.0.0+001.a-b")]
    [InlineData("1.0.0-a+b-c")]
    public void These_are_versions(string version) => Assert.True(SemanticVersion.IsValid(version));

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.0")]
    [InlineData("1.0.0.0")]
    [InlineData("01.0.0")]
    [InlineData("1.00.0")]
    [InlineData("1.0.")]
    [InlineData("-1.0.0")]
    [InlineData("1.0.0-")]
    [InlineData("1.0.0-01")]
    [InlineData("1.0.0-a..b")]
    [InlineData("1.0.0-a_b")]
    [InlineData("1.0.0+")]
    [InlineData("1.0.0+a+b")]
    [InlineData("1.0.0 ")]
    [InlineData("1.0.0\n")]
    [InlineData("1.0.٣")]
    public void These_are_none(string version) => Assert.False(SemanticVersion.IsValid(version));

    [Theory]
    [InlineData("1", true)]
    [InlineData("20", true)]
    [InlineData("0.2", true)]
    [InlineData("0.0.7", true)]
    [InlineData("0.0.0", true)]
    [InlineData("0", false)]
    [InlineData("01", false)]
    [InlineData("0.0", false)]
    [InlineData("0.02", false)]
    [InlineData("1.2", false)]
    [InlineData("0.1.2", false)]
    [InlineData("", false)]
    public void A_canonical_version_has_nothing_after_its_first_number_that_is_not_zero(string version, bool isCanonical) =>
        Assert.Equal(isCanonical, SemanticVersion.IsCanonical(version));

    [Theory]
    [InlineData("0.2.12", "0.2")]
    [InlineData("1.4.0-rc", "1")]
    [InlineData("0.0.3+b", "0.0.3")]
    [InlineData("0.0.0", "0.0.0")]
    [InlineData("0.2", "0.2")]
    public void All_compatible_versions_have_one_canonical_version(string version, string canonical) => Assert.Equal(canonical, SemanticVersion.Canonicalize(version));
}
