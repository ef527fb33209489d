using Xunit;

namespace Tapedeck.Wasi.Tests.Http;

/// <summary>The address that the gate allowed is the one that is connected to, whatever names, spellings and resolvers say.</summary>
public sealed class DialingTests
{
    private const string Policy = "network: {allow: [{host: api.example.com}, {host: '*.wild.example.com', ports: [80]}, {cidr: 10.1.0.0/16, ports: [8080]}, {cidr: 203.0.114.0/24}]}";

    [Theory]
    [InlineData("an exact host", "http://api.example.com/", "200")]
    [InlineData("a host in capitals", "http://API.Example.COM/", "200")]
    [InlineData("a host with a dot at its end", "http://api.example.com./", "200")]
    [InlineData("a subdomain of a wildcard", "http://a.wild.example.com/", "200")]
    [InlineData("the apex of a wildcard", "http://wild.example.com/", "HTTP-request-denied")]
    [InlineData("another port than the wildcard's", "http://a.wild.example.com:81/", "HTTP-request-denied")]
    [InlineData("another name", "http://evil.example.com/", "HTTP-request-denied")]
    [InlineData("a name that ends like it", "http://evilapi.example.com/", "HTTP-request-denied")]
    [InlineData("a name that begins like it", "http://api.example.com.evil.org/", "HTTP-request-denied")]
    [InlineData("a private address that is granted", "http://10.1.2.3:8080/", "200")]
    [InlineData("a private address on another port", "http://10.1.2.3/", "HTTP-request-denied")]
    [InlineData("another private address", "http://10.2.0.1:8080/", "HTTP-request-denied")]
    [InlineData("a public address by cidr", "http://203.0.114.7/", "200")]
    [InlineData("the same as a decimal number", "http://3405804039/", "200")]
    [InlineData("loopback", "http://127.0.0.1/", "HTTP-request-denied")]
    [InlineData("loopback as a decimal number", "http://2130706433/", "HTTP-request-denied")]
    [InlineData("loopback in octal", "http://0177.0.0.01/", "HTTP-request-denied")]
    [InlineData("loopback in hexadecimal", "http://0x7f000001/", "HTTP-request-denied")]
    [InlineData("loopback in short", "http://127.1/", "HTTP-request-denied")]
    [InlineData("loopback of IPv6", "http://[::1]/", "HTTP-request-denied")]
    [InlineData("loopback as a mapped address", "http://[::ffff:7f00:1]/", "HTTP-request-denied")]
    [InlineData("loopback by NAT64", "http://[64:ff9b::127.0.0.1]/", "HTTP-request-denied")]
    [InlineData("loopback by 6to4", "http://[2002:7f00:1::]/", "HTTP-request-denied")]
    [InlineData("the unspecified address", "http://0.0.0.0/", "HTTP-request-denied")]
    [InlineData("the metadata service", "http://169.254.169.254/", "HTTP-request-denied")]
    [InlineData("the metadata service of IPv6", "http://[fd00:ec2::254]/", "HTTP-request-denied")]
    [InlineData("shared address space", "http://100.64.0.1/", "HTTP-request-denied")]
    [InlineData("multicast", "http://224.0.0.1/", "HTTP-request-denied")]
    [InlineData("a public address of no rule", "http://8.8.8.8/", "HTTP-request-denied")]
    public void Reaches(string what, string url, string outcome)
    {
        using var server = new TestServer(TestServer.Ok(""));
        var network = new TestNetwork(server.Endpoint) { Names = { ["a.wild.example.com"] = [TestNetwork.PublicAddress], ["evil.example.com"] = [TestNetwork.PublicAddress] } };
        using var guest = new TestGuest(Policy, network.Options);
        Assert.Equal(outcome, guest.Fetch("GET", url));
        Assert.Equal(outcome == "200" ? 1 : 0, network.Connected.Count);
        Assert.True(outcome == "200" || network.LookedUp.Count == 0, what);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("0.0.0.0")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("fe80::1")]
    [InlineData("10.1.2.3")]
    [InlineData("192.168.0.1")]
    [InlineData("fd00::1")]
    [InlineData("100.64.0.1")]
    [InlineData("224.0.0.1")]
    public void A_granted_name_that_points_inside_leads_nowhere(string address)
    {
        using var server = new TestServer(TestServer.Ok(""));
        var network = new TestNetwork(server.Endpoint) { Names = { ["api.example.com"] = [address] } };
        using var guest = new TestGuest(Policy, network.Options);
        Assert.Equal("destination-IP-prohibited", guest.Fetch("GET", "http://api.example.com/"));
        Assert.Empty(network.Connected);
    }

    [Fact]
    public void Of_several_addresses_only_those_that_are_allowed_are_connected_to()
    {
        using var server = new TestServer(TestServer.Ok(""));
        var network = new TestNetwork(server.Endpoint) { Names = { ["api.example.com"] = ["127.0.0.1", "10.0.0.1", TestNetwork.PublicAddress] } };
        using var guest = new TestGuest(Policy, network.Options);
        Assert.Equal("200", guest.Fetch("GET", "http://api.example.com/"));
        Assert.Equal([$"{TestNetwork.PublicAddress}:80"], network.Connected);
    }

    [Fact]
    public void A_name_that_is_rebound_is_checked_anew_for_each_request()
    {
        using var server = new TestServer(TestServer.Ok(""));
        var network = new TestNetwork(server.Endpoint);
        using var guest = new TestGuest(Policy, network.Options);
        Assert.Equal("200", guest.Fetch("GET", "http://api.example.com/"));
        network.Names["api.example.com"] = ["169.254.169.254"];
        Assert.Equal("destination-IP-prohibited", guest.Fetch("GET", "http://api.example.com/"));
        Assert.Equal([$"{TestNetwork.PublicAddress}:80"], network.Connected);
        // One look-up a request: what was checked is what is connected to, and nobody asks twice.
        Assert.Equal(["api.example.com", "api.example.com"], network.LookedUp);
    }

    [Theory]
    [InlineData("api.example.com\r\nX: y")]
    [InlineData("user@api.example.com")]
    [InlineData("api.example.com:80:80")]
    [InlineData("")]
    public void An_authority_that_is_none_cannot_be_set(string authority)
    {
        using var guest = new TestGuest(Policy);
        var request = guest.Request("GET", "http://api.example.com/");
        Assert.Equal("error", guest.Outcome(HttpGuest.Types, "[method]outgoing-request.set-authority", request, authority));
    }

    [Theory]
    [InlineData("connection", "close", "forbidden")]
    [InlineData("Host", "evil.example.com", "forbidden")]
    [InlineData("transfer-encoding", "chunked", "forbidden")]
    [InlineData("Upgrade", "h2c", "forbidden")]
    [InlineData("proxy-authorization", "x", "forbidden")]
    [InlineData("x y", "v", "invalid-syntax")]
    [InlineData("", "v", "invalid-syntax")]
    [InlineData("x", "a\r\nHost: evil", "invalid-syntax")]
    [InlineData("x", "a\0b", "invalid-syntax")]
    [InlineData("x", " a", "invalid-syntax")]
    [InlineData("x-fine", "a b\tc", "ok")]
    public void Fields_follow_the_rules(string name, string value, string outcome)
    {
        using var guest = new TestGuest(Policy);
        var bytes = System.Text.Encoding.Latin1.GetBytes(value);
        Assert.Equal(outcome, guest.Outcome(HttpGuest.Types, "[method]fields.append", guest.Headers(), name, bytes));
    }

    [Fact]
    public void Fields_of_a_request_stay_as_they_are()
    {
        using var guest = new TestGuest(Policy);
        var headers = guest.Call(HttpGuest.Types, "[method]outgoing-request.headers", guest.Request("GET", "http://x.example/", "a: b"))!.Value.AsHandle();
        Assert.Equal("immutable", guest.Outcome(HttpGuest.Types, "[method]fields.append", headers, "c", new byte[1]));
        Assert.Equal("immutable", guest.Outcome(HttpGuest.Types, "[method]fields.delete", headers, "a"));
        var clone = guest.Call(HttpGuest.Types, "[method]fields.clone", headers)!.Value.AsHandle();
        Assert.Equal("ok", guest.Outcome(HttpGuest.Types, "[method]fields.delete", clone, "a"));
    }

    [Fact]
    public void Fields_have_a_size()
    {
        using var guest = new TestGuest(Policy);
        var fields = guest.Headers();
        Assert.Throws<Wasm.TrapException>(() =>
        {
            for (var index = 0; index < 1000; index++)
            {
                guest.Call(HttpGuest.Types, "[method]fields.append", fields, $"x{index}", Array.Empty<byte>());
                guest.Call(HttpGuest.Types, "[method]fields.append", fields, "y", System.Text.Encoding.Latin1.GetBytes(new string('v', 1000)));
            }
        });
    }
}
