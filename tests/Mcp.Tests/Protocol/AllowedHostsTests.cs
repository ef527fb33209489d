using Xunit;

namespace Tapedeck.Mcp.Tests.Protocol;

public sealed class AllowedHostsTests
{
    [Theory]
    [InlineData("tools.default.svc", "tools.default.svc", true)]
    [InlineData("tools.default.svc", "tools.default.svc:8443", true)]
    [InlineData("tools.default.svc", "other.default.svc", false)]
    [InlineData("tools:8443", "tools:8443", true)]
    [InlineData("tools:8443", "tools:80", false)]
    [InlineData("tools:8443", "tools", false)]
    [InlineData("[::1]", "[::1]:80", true)]
    [InlineData("[::1]", "[::1]", true)]
    [InlineData("[::1]", "::1", false)]
    [InlineData("tools", "", false)]
    [InlineData("tools", "tools:x", false)]
    public void A_host_is_allowed(string entry, string host, bool allowed) => Assert.Equal(allowed, new AllowedHosts([entry]).AllowsHost(host));

    [Theory]
    [InlineData("")]
    [InlineData("http://tools")]
    [InlineData("tools/")]
    [InlineData("*")]
    [InlineData("::1")]
    [InlineData("[tools]")]
    [InlineData("a b")]
    public void An_entry_that_is_no_host_is_refused(string entry) => Assert.Throws<ArgumentException>(() => new AllowedHosts([entry]));

    [Theory]
    [InlineData("")]
    [InlineData("=")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("ä")]
    public void A_token_that_no_header_can_carry_is_refused(string token) => Assert.Throws<ArgumentException>(() => new BearerToken(token));
}
