using Tapedeck.Policy.Limits;
using Tapedeck.Policy.Requests;
using Xunit;

namespace Tapedeck.Policy.Tests.Checks;

public sealed class DenyByDefaultTests
{
    public static TheoryData<string> Lines =>
    [
        "GET https://example.com/", "GET https://example.com/ @ 93.184.216.34", "GET http://93.184.216.34/", "DNS example.com",
        "TCP 93.184.216.34 443", "UDP 8.8.8.8 53", "UDPFROM 8.8.8.8 53",
    ];

    [Theory, MemberData(nameof(Lines))]
    public void Without_a_policy_there_is_no_network(string line) => Assert.False(Grants.Nothing.Decide(Requests.Of(line)).Allowed);

    [Fact]
    public void Without_a_policy_there_is_nothing_else()
    {
        HostRequest[] requests =
        [
            HostRequest.Environment("PATH"), HostRequest.Config("key"), HostRequest.Arguments(), HostRequest.Stdio("stdin"), HostRequest.Stdio("stdout"),
            HostRequest.Open("/", "etc/passwd", StorageUse.Read, isDirectory: false), HostRequest.TcpBind(default, 0), HostRequest.UdpBind(default, 0),
            HostRequest.TcpListen(),
        ];
        Assert.All(requests, request => Assert.Equal(Verdict.Denied, Grants.Nothing.Decide(request).Verdict));
        Assert.Empty(Grants.Nothing.Preopens);
        Assert.Empty(Grants.Nothing.Environment);
        Assert.Empty(Grants.Nothing.Config);
    }

    [Fact]
    public void Without_a_policy_limits_are_the_defaults() => Assert.Equal(CallLimits.Default.ToString(), Grants.Nothing.Limits.ToString());

    [Fact]
    public void Nothing_grants_arguments_and_standard_streams()
    {
        var grants = Policies.Grants("mode: Audit\nnetwork: {allow: [{cidr: 0.0.0.0/0}]}");
        Assert.Equal(Verdict.Denied, grants.Decide(HostRequest.Arguments()).Verdict);
        Assert.Equal(Verdict.Denied, grants.Decide(HostRequest.Stdio("stdout")).Verdict);
    }

    [Fact]
    public void The_default_decision_is_a_denial() => Assert.False(default(Decision).Allowed);

    [Fact]
    public void The_default_request_is_denied() => Assert.False(Policies.Grants("network: {allow: [{cidr: 0.0.0.0/0}]}").Decide(default).Allowed);
}
