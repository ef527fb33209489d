using System.Text.Json.Nodes;
using Tapedeck.Operator.Tools;
using Xunit;

namespace Tapedeck.Operator.Tests.Children;

/// <summary>The matrix of who may talk to a pod, and with whom it may talk.</summary>
public sealed class NetworkPolicyTests
{
    private const string Nothing = "toolSelector: {}";
    private const string Host = "toolSelector: {}\nnetwork: {allow: [{host: api.example, schemes: [https]}]}";
    private const string Port = "toolSelector: {}\nnetwork: {allow: [{host: api.example, ports: [8443]}]}";
    private const string Private = "toolSelector: {}\nnetwork: {allow: [{cidr: 10.20.0.0/16, ports: [5432], protocol: tcp}]}";
    private const string Datagrams = "toolSelector: {}\nnetwork: {allow: [{cidr: 192.168.1.0/24, ports: [5000-5010], protocol: udp}]}";
    private const string All = "toolSelector: {}\nnetwork: {allow: [{cidr: 0.0.0.0/0, ports: [1-65535], protocol: tcp}]}";
    private const string WholeTen = "toolSelector: {}\nnetwork: {allow: [{cidr: 10.0.0.0/8, ports: [80]}]}";
    private const string OwnCluster = "toolSelector: {}\nnetwork: {allow: [{cidr: 10.244.3.0/24, ports: [80]}]}";

    private static readonly Dictionary<string, Wall.Peer> Peers = new()
    {
        ["agent"] = Pod("team-a", "app", "agent"),
        ["agent elsewhere"] = Pod("team-b", "app", "agent"),
        ["other"] = Pod("team-a", "app", "other"),
        ["operator"] = Pod("tapedeck-system", "app", "operator"),
        ["prometheus"] = Pod("monitoring", "app", "prometheus"),
        ["dns"] = Pod("kube-system", "k8s-app", "kube-dns"),
    };

    [Theory]
    [InlineData("agent", 8080, true)]
    [InlineData("agent", 9090, false)]
    [InlineData("agent elsewhere", 8080, false)]
    [InlineData("other", 8080, false)]
    [InlineData("operator", 9090, true)]
    [InlineData("operator", 8080, false)]
    [InlineData("prometheus", 9090, true)]
    [InlineData("prometheus", 8080, false)]
    [InlineData("dns", 9090, false)]
    [InlineData("203.0.113.9", 8080, false)]
    public void Those_may_call(string from, int port, bool isLetIn) => Assert.Equal(isLetIn, WallOf(Nothing).LetsIn(PeerOf(from), port));

    [Fact]
    public void Nobody_may_call_where_nobody_is_named() =>
        Assert.All(Peers.Values, peer => Assert.False(WallOf(Nothing, "component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1}}}").LetsIn(peer, 8080)));

    [Theory]
    // What every pod needs: names, and its component.
    [InlineData(Nothing, "dns", "UDP", 53, true)]
    [InlineData(Nothing, "dns", "TCP", 53, true)]
    [InlineData(Nothing, "dns", "TCP", 443, false)]
    [InlineData(Nothing, "8.8.8.8", "UDP", 53, false)]
    [InlineData(Nothing, "140.82.112.3", "TCP", 443, true)]
    [InlineData(Nothing, "2606:50c0::1", "TCP", 443, true)]
    [InlineData(Nothing, "140.82.112.3", "TCP", 80, false)]
    [InlineData(Nothing, "140.82.112.3", "UDP", 443, false)]
    [InlineData(Nothing, "10.1.2.3", "TCP", 443, false)]
    [InlineData(Nothing, "agent", "TCP", 443, false)]
    [InlineData(Nothing, "169.254.169.254", "TCP", 443, false)]
    [InlineData(Nothing, "fd00:ec2::254", "TCP", 443, false)]
    [InlineData(Nothing, "127.0.0.1", "TCP", 443, false)]
    [InlineData(Nothing, "10.96.0.1", "TCP", 443, false)]
    // What is granted.
    [InlineData(Host, "140.82.112.3", "TCP", 443, true)]
    [InlineData(Host, "140.82.112.3", "TCP", 8443, false)]
    [InlineData(Port, "140.82.112.3", "TCP", 8443, true)]
    [InlineData(Port, "10.20.1.1", "TCP", 8443, false)]
    [InlineData(Private, "10.20.1.1", "TCP", 5432, true)]
    [InlineData(Private, "10.21.1.1", "TCP", 5432, false)]
    [InlineData(Private, "10.20.1.1", "UDP", 5432, false)]
    [InlineData(Datagrams, "192.168.1.7", "UDP", 5005, true)]
    [InlineData(Datagrams, "192.168.1.7", "UDP", 5011, false)]
    [InlineData(Datagrams, "192.168.1.7", "TCP", 5005, false)]
    // All addresses are all public ones.
    [InlineData(All, "140.82.112.3", "TCP", 22, true)]
    [InlineData(All, "10.20.1.1", "TCP", 22, false)]
    [InlineData(All, "100.64.0.1", "TCP", 22, false)]
    [InlineData(All, "169.254.169.254", "TCP", 80, false)]
    [InlineData(All, "10.244.1.1", "TCP", 80, false)]
    [InlineData(All, "2606:50c0::1", "TCP", 22, false)]
    // A private block is not the cluster's, which lies inside of it, unless it lies inside the cluster's.
    [InlineData(WholeTen, "10.20.1.1", "TCP", 80, true)]
    [InlineData(WholeTen, "10.244.1.1", "TCP", 80, false)]
    [InlineData(OwnCluster, "10.244.3.1", "TCP", 80, true)]
    [InlineData(OwnCluster, "10.244.4.1", "TCP", 80, false)]
    public void A_pod_may_talk_to_those(string policy, string to, string protocol, int port, bool isLetOut) =>
        Assert.Equal(isLetOut, WallOf(policy).LetsOut(PeerOf(to), protocol, port));

    [Theory]
    [InlineData("dns", 5353, true)]
    [InlineData("dns", 53, false)]
    [InlineData("other", 5353, false)]
    public void The_DNS_of_the_cluster_may_listen_elsewhere(string to, int port, bool isLetOut)
    {
        var wall = WallOf(Nothing, settings: Given.Settings with { Peers = Given.Settings.Peers with { DnsPorts = [5353] } });
        Assert.Equal([isLetOut, isLetOut], new[] { "UDP", "TCP" }.Select(protocol => wall.LetsOut(PeerOf(to), protocol, port)));
    }

    [Fact]
    public void A_private_registry_is_reached_on_its_own_port()
    {
        var wall = WallOf(Nothing, "component: {oci: {repository: \"registry.internal:5000/acme/weather\", ref: {tag: v1}}}", Given.Settings with { RegistryRanges = [Given.Range("10.7.0.0/16")] });
        Assert.True(wall.LetsOut(PeerOf("10.7.0.9"), "TCP", 5000));
        Assert.False(wall.LetsOut(PeerOf("10.7.0.9"), "TCP", 80));
        Assert.False(wall.LetsOut(PeerOf("10.8.0.9"), "TCP", 5000));
    }

    /// <summary>Those who pull are sent to token servers and to stores of content, which have the port of HTTPS wherever the registry listens.</summary>
    [Theory]
    [InlineData("ghcr.io", "140.82.112.3", 5000, false)]
    [InlineData("ghcr.io", "140.82.112.3", 443, true)]
    [InlineData("docker.io", "140.82.112.3", 5000, true)]
    [InlineData("docker.io", "140.82.112.3", 443, true)]
    [InlineData("docker.io", "10.7.0.9", 5000, true)]
    [InlineData("docker.io", "140.82.112.3", 5050, false)]
    [InlineData("registry.acme.example:5050", "140.82.112.3", 5050, true)]
    [InlineData("registry.acme.example:5050", "140.82.112.3", 443, true)]
    [InlineData("registry.acme.example:5050", "10.7.0.9", 443, true)]
    [InlineData("registry.acme.example:5050", "140.82.112.3", 5000, false)]
    public void Mirrors_token_servers_and_stores_of_content_are_reached(string registry, string to, int port, bool isLetOut)
    {
        var settings = Given.Settings with
        {
            RegistryRanges = [Given.Range("10.7.0.0/16")],
            Mirrors = [new("docker.io", "mirror.acme.example:5000")],
            TokenHosts = [new("registry.acme.example:5050", "gitlab.acme.example")],
        };
        Assert.Equal(isLetOut, WallOf(Nothing, $"component: {{oci: {{repository: \"{registry}/acme/weather\", ref: {{tag: v1}}}}}}", settings).LetsOut(PeerOf(to), "TCP", port));
    }

    [Fact]
    public void Where_every_address_is_closed_no_rule_is_left_that_would_open_them_all()
    {
        var wall = WallOf(Host, settings: Given.Settings with { ClosedRanges = [Given.Range("0.0.0.0/0"), Given.Range("::/0")] });
        Assert.All(["140.82.112.3", "2606:50c0::1", "10.96.0.1", "169.254.169.254"], address => Assert.False(wall.LetsOut(PeerOf(address), "TCP", 443)));
        Assert.True(wall.LetsOut(PeerOf("dns"), "UDP", 53));
    }

    private static Wall WallOf(string policy, string? spec = null, Settings? settings = null)
    {
        var tool = Given.Tool(spec ?? Given.Plain + "\nendpoint: {ingress: {from: [{podSelector: {matchLabels: {app: agent}}}]}}");
        var plan = Planning.Plan(Given.Observed(tool, Given.Found, Given.Policy(policy)), settings ?? Given.Settings);
        Assert.Equal("Accepted", plan.Grants!.Problems.IsEmpty ? "Accepted" : plan.Grants.Problems[0]);
        return new Wall(JsonNode.Parse(plan.Children.Single(child => child.Resource == Kinds.NetworkPolicies).Object.Json.GetRawText())!["spec"]!);
    }

    private static Wall.Peer PeerOf(string name) => Peers.TryGetValue(name, out var peer) ? peer : new Wall.Peer("", [], name);

    private static Wall.Peer Pod(string @namespace, string label, string value) => new(@namespace, new() { [label] = value }, "10.244.9.9");
}
