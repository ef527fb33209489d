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

    [Theory]
    [InlineData("10.0.0.0/8", "", "", true)]
    [InlineData("10.20.0.0/16", "", "10.20.0.0 10.20.255.255", false)]
    [InlineData("10.20.0.0/16", "", "10.19.255.255 10.21.0.0", true)]
    [InlineData("10.0.0.0/8", "10.244.0.0/16", "10.243.255.255 10.245.0.0", false)]
    [InlineData("10.0.0.0/8", "10.244.0.0/16", "10.244.0.0 10.244.255.255 172.16.0.1 fd00::1", true)]
    [InlineData("10.7.7.7/32", "", "10.7.7.7", false)]
    [InlineData("10.7.7.7/32", "", "10.7.7.6 10.7.7.8", true)]
    [InlineData("fd00::7/128", "", "fd00::7", false)]
    [InlineData("fd00::7/128", "", "fd00::6 fd00::8", true)]
    [InlineData("0.0.0.0/0", "10.0.0.0/8", "10.0.0.1", true)]
    [InlineData("0.0.0.0/0", "10.0.0.0/8", "8.8.8.8 192.168.0.1", false)]
    public void What_is_not_public_is_closed_but_for_what_is_opened(string opened, string except, string addresses, bool isClosed)
    {
        var closed = AddressPlan.Default.ClosedBut([(AddressRange.Parse(opened), except.Length == 0 ? [] : [AddressRange.Parse(except)])]).ToArray();
        Assert.All(addresses.Split(' ', StringSplitOptions.RemoveEmptyEntries), text =>
        {
            Assert.True(Address.TryParse(text, out var address));
            Assert.Equal(isClosed, closed.Any(range => range.Contains(address)));
        });
        // No two of them tell of the same address.
        Assert.DoesNotContain(closed, range => closed.Count(other => other.Overlaps(range)) != 1);
    }

    [Fact]
    public void Where_the_installer_closes_everything_everything_is_closed() =>
        Assert.Equal([AddressRange.AllV4, AddressRange.AllV6], new AddressPlan([], [], [AddressRange.AllV4, AddressRange.AllV6]).ClosedBut([]));
}
