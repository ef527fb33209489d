using Tapedeck.Policy.Requests;
using Xunit;

namespace Tapedeck.Policy.Tests.Checks;

/// <summary>The truth table of raw sockets and look-ups.</summary>
public sealed class SocketTests
{
    private static readonly Grants Grants = Policies.Grants("""
        network:
          allow:
          - {host: web.example, methods: [GET]}
          - {cidr: 93.184.216.0/24}
          - {host: db.example, protocol: tcp, ports: [5432]}
          - {cidr: 10.5.0.0/16, protocol: tcp, ports: [6379, "7000-7010"]}
          - {host: time.example, protocol: udp, ports: [123]}
          - {host: "*.many.example"}
          - {cidr: 8.8.8.0/24, protocol: tcp, ports: [80, 443, 53]}
          deny:
          - {host: bad.many.example}
          - {host: port.many.example, ports: [8080]}
          - {host: path.many.example, pathPrefix: /admin}
          - {cidr: 8.8.8.8/32, methods: [POST], ports: [443]}
          - {cidr: 8.8.8.9/32, methods: [POST], ports: [443], protocol: http}
          - {cidr: 10.5.6.0/24, protocol: tcp}
        """);

    [Theory]
    [InlineData("a name of an HTTP rule", "DNS web.example", "Granted")]
    [InlineData("a name of a TCP rule", "DNS db.example", "Granted")]
    [InlineData("a name of a UDP rule", "DNS time.example", "Granted")]
    [InlineData("a name in mixed case with a dot", "DNS Web.Example.", "Granted")]
    [InlineData("a name below a wildcard", "DNS a.many.example", "Granted")]
    [InlineData("the apex of a wildcard", "DNS many.example", "NoRule")]
    [InlineData("a name that no rule names, though addresses are granted", "DNS other.example", "NoRule")]
    [InlineData("a name that carries data out", "DNS c2VjcmV0.evil.net", "NoRule")]
    [InlineData("a denied name", "DNS bad.many.example", "DeniedByPolicy")]
    [InlineData("a name of which a port is denied", "DNS port.many.example", "Granted")]
    [InlineData("a name of which a path is denied", "DNS path.many.example", "Granted")]
    [InlineData("an address is no name", "DNS 127.0.0.1", "Malformed")]
    [InlineData("nothing", "DNS ", "Malformed")]
    [InlineData("TCP by its rule", "TCP 93.184.216.34 5432 as db.example", "Granted")]
    [InlineData("TCP by its rule, looked up by two names", "TCP 93.184.216.34 5432 as web.example,db.example", "Granted")]
    [InlineData("TCP to an address that was not looked up", "TCP 93.184.216.34 5432", "NoRule")]
    [InlineData("TCP to an address looked up by another name", "TCP 93.184.216.34 5432 as web.example", "NoRule")]
    [InlineData("TCP on another port", "TCP 93.184.216.34 5433 as db.example", "NoRule")]
    [InlineData("TCP to a port whose HTTP is limited", "TCP 93.184.216.34 443 as web.example", "NoRule")]
    [InlineData("TCP to addresses of an HTTP rule", "TCP 93.184.216.34 80", "NoRule")]
    [InlineData("TCP by a rule of UDP", "TCP 93.184.216.34 123 as time.example", "NoRule")]
    [InlineData("TCP to a private range", "TCP 10.5.0.1 6379", "Granted")]
    [InlineData("TCP to a private range, mapped", "TCP ::ffff:10.5.0.1 6379", "Granted")]
    [InlineData("TCP within a range of ports", "TCP 10.5.0.1 7005", "Granted")]
    [InlineData("TCP to a denied part of a range", "TCP 10.5.6.1 6379", "DeniedByPolicy")]
    [InlineData("TCP to another private range", "TCP 10.6.0.1 6379", "NoRule")]
    [InlineData("TCP where a name resolves to a private address", "TCP 10.9.9.9 5432 as db.example", "NoRule")]
    [InlineData("TCP to loopback", "TCP 127.0.0.1 5432 as db.example", "NeverGrantable")]
    [InlineData("TCP to metadata", "TCP 169.254.169.254 80 as db.example", "NeverGrantable")]
    [InlineData("TCP to port 0", "TCP 10.5.0.1 0", "Malformed")]
    [InlineData("TCP past what is denied of HTTP there", "TCP 8.8.8.8 443", "DeniedByPolicy")]
    [InlineData("TCP to another port than what is denied of HTTP there", "TCP 8.8.8.8 53", "Granted")]
    [InlineData("TCP where the denial is about HTTP alone", "TCP 8.8.8.9 443", "Granted")]
    [InlineData("TCP to an address looked up by a denied name as well", "TCP 8.8.8.1 53 as bad.many.example", "DeniedByPolicy")]
    [InlineData("UDP by its rule", "UDP 93.184.216.34 123 as time.example", "Granted")]
    [InlineData("UDP by a rule of TCP", "UDP 93.184.216.34 5432 as db.example", "NoRule")]
    [InlineData("UDP by an HTTP rule", "UDP 93.184.216.34 443", "NoRule")]
    [InlineData("UDP to broadcast", "UDP 255.255.255.255 123 as time.example", "NeverGrantable")]
    [InlineData("UDP to multicast", "UDP 224.0.0.251 5353 as time.example", "NeverGrantable")]
    [InlineData("UDP from a granted address", "UDPFROM 93.184.216.34 123 as time.example", "Granted")]
    [InlineData("UDP from another address", "UDPFROM 8.8.4.4 123", "NoRule")]
    [InlineData("HTTP by a rule of TCP", "GET http://8.8.8.1/", "NoRule")]
    [InlineData("HTTP to the name of a rule of TCP", "GET http://db.example:5432/", "NoRule")]
    public void Socket_or_look_up(string name, string request, string reason) =>
        Assert.Equal(reason, Grants.Decide(Requests.Of(request)).Reason.ToString());

    [Theory]
    [InlineData("any address and port", "0.0.0.0", 0, "Granted")]
    [InlineData("any IPv6 address and port", "::", 0, "Granted")]
    [InlineData("a port", "0.0.0.0", 8080, "NeverGrantable")]
    [InlineData("an address", "127.0.0.1", 0, "NeverGrantable")]
    public void Binding_a_socket(string name, string address, int port, string reason)
    {
        Assert.Equal(reason, Grants.Decide(HostRequest.TcpBind(Requests.AddressOf(address), port)).Reason.ToString());
        Assert.Equal(reason, Grants.Decide(HostRequest.UdpBind(Requests.AddressOf(address), port)).Reason.ToString());
    }

    [Fact]
    public void Binding_a_socket_needs_a_rule_of_its_protocol()
    {
        var grants = Policies.Grants("network: {allow: [{cidr: 8.8.8.8/32, protocol: tcp, ports: [53]}, {host: web.example}]}");
        Assert.True(grants.Decide(HostRequest.TcpBind(default, 0)).Allowed);
        Assert.Equal(DecisionReason.NoRule, grants.Decide(HostRequest.UdpBind(default, 0)).Reason);
    }

    [Fact]
    public void Nothing_grants_a_server() => Assert.Equal(DecisionReason.NeverGrantable, Grants.Decide(HostRequest.TcpListen()).Reason);
}
