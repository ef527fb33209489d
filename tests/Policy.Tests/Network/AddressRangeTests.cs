using Tapedeck.Policy.Network;
using Xunit;

namespace Tapedeck.Policy.Tests.Network;

public sealed class AddressRangeTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("::/0", "::/0")]
    [InlineData("2001:DB8::/32", "2001:db8::/32")]
    [InlineData("::ffff:10.0.0.0/104", "10.0.0.0/8")]
    [InlineData("1.2.3.4/32", "1.2.3.4/32")]
    public void What_is_a_block(string text, string expected) =>
        Assert.Equal(expected, AddressRange.TryParse(text, out var range, out _) ? range.ToString() : null);

    [Theory]
    [InlineData("10.0.0.1/8", "without bits behind its prefix: 10.0.0.0/8")]
    [InlineData("10.0.0.1", "the one address is 10.0.0.1/32")]
    [InlineData("10.0.0.0/33", "a CIDR block")]
    [InlineData("10.0.0.0/-1", "a CIDR block")]
    [InlineData("10.0.0.0/08", "a CIDR block")]
    [InlineData("10.0.0.0/", "a CIDR block")]
    [InlineData("010.0.0.0/8", "a CIDR block")]
    [InlineData("10.0/8", "a CIDR block")]
    [InlineData("x/y", "a CIDR block")]
    [InlineData("::1%1/128", "a CIDR block")]
    [InlineData("[::1]/128", "a CIDR block")]
    [InlineData("::/129", "a CIDR block")]
    public void What_is_none(string text, string expected)
    {
        Assert.False(AddressRange.TryParse(text, out _, out var message));
        Assert.Contains(expected, message);
    }

    [Fact]
    public void Every_special_range_is_of_its_own_class() =>
        Assert.All(SpecialRanges.V4.Concat(SpecialRanges.V6), special =>
            Assert.True(AddressPlan.Default.Classify(special.Range.Network) >= special.Class, $"{special}"));
}
