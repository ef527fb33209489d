using System.Text.Json.Nodes;
using Tapedeck.Operator.Tools;
using Tapedeck.Policy.Network;
using Xunit;

namespace Tapedeck.Operator.Tests.Children;

/// <summary>The matrix of what a pod may talk with where Cilium knows names: from, to, by which name, port.</summary>
public sealed class CiliumPolicyTests
{
    private const string Nothing = "toolSelector: {}";
    private const string Host = "toolSelector: {}\nnetwork: {allow: [{host: api.example, schemes: [https]}]}";
    private const string Below = "toolSelector: {}\nnetwork: {allow: [{host: '*.api.example', ports: [8443]}]}";
    private const string Ports = "toolSelector: {}\nnetwork: {allow: [{host: api.example, ports: [8000-8039], protocol: tcp}, {host: time.example, ports: [123], protocol: udp}]}";
    private const string ManyPorts = "toolSelector: {}\nnetwork: {allow: [{host: api.example, ports: [8000-8040], protocol: tcp}, {host: b.example, ports: [9443]}]}";
    private const string Mixed = "toolSelector: {}\nnetwork: {allow: [{host: api.example, ports: [8443]}, {cidr: 10.20.0.0/16, ports: [5432], protocol: tcp}, {host: db.example, cidr: 10.30.0.0/24, ports: [5433], protocol: tcp}, {cidr: 10.244.3.0/24, ports: [80]}]}";

    private const string Public = "140.82.112.3";

    private static readonly Wall.Peer DnsPod = new("kube-system", new() { ["k8s-app"] = "kube-dns" }, "10.244.9.9");

    private static readonly Settings Known = Given.Settings with { RegistryHosts = [Pattern("cdn.example"), Pattern("*.blobs.example")] };

    [Theory]
    // A name that was asked for, and the same address without.
    [InlineData(Host, "api.example", Public, "TCP", 443, true)]
    [InlineData(Host, null, Public, "TCP", 443, false)]
    [InlineData(Host, "api.example", "2606:50c0::1", "TCP", 443, true)]
    [InlineData(Host, "www.api.example", Public, "TCP", 443, false)]
    [InlineData(Host, "xapi.example", Public, "TCP", 443, false)]
    [InlineData(Host, "api.example.team-a.svc.cluster.local", Public, "TCP", 443, false)]
    [InlineData(Host, "api.example", Public, "TCP", 8443, false)]
    [InlineData(Host, "api.example", Public, "UDP", 443, false)]
    // Whoever owns a name may point it anywhere.
    [InlineData(Host, "api.example", "169.254.169.254", "TCP", 443, false)]
    [InlineData(Host, "api.example", "127.0.0.1", "TCP", 443, false)]
    [InlineData(Host, "api.example", "10.1.2.3", "TCP", 443, false)]
    [InlineData(Host, "api.example", "10.96.0.1", "TCP", 443, false)]
    [InlineData(Host, "api.example", "100.64.0.1", "TCP", 443, false)]
    [InlineData(Host, "api.example", "fd00:ec2::254", "TCP", 443, false)]
    [InlineData(Host, "api.example", "fe80::1", "TCP", 443, false)]
    // Below a domain, and not the domain.
    [InlineData(Below, "a.api.example", Public, "TCP", 8443, true)]
    [InlineData(Below, "a.b-c.d_e.api.example", Public, "TCP", 8443, true)]
    [InlineData(Below, "1.2.3.4.5.6.7.8.api.example", Public, "TCP", 8443, true)]
    [InlineData(Below, "api.example", Public, "TCP", 8443, false)]
    [InlineData(Below, "xapi.example", Public, "TCP", 8443, false)]
    [InlineData(Below, "a.xapi.example", Public, "TCP", 8443, false)]
    [InlineData(Below, "a.api.example.evil.example", Public, "TCP", 8443, false)]
    // Ranges of ports, and what is no TCP.
    [InlineData(Ports, "api.example", Public, "TCP", 8000, true)]
    [InlineData(Ports, "api.example", Public, "TCP", 8039, true)]
    [InlineData(Ports, "api.example", Public, "TCP", 8040, false)]
    [InlineData(Ports, "time.example", Public, "UDP", 123, true)]
    [InlineData(Ports, "api.example", Public, "UDP", 123, false)]
    [InlineData(Ports, "time.example", Public, "TCP", 8000, false)]
    // Grants of addresses are what they were, and no way for names.
    [InlineData(Mixed, null, "10.20.1.1", "TCP", 5432, true)]
    [InlineData(Mixed, null, "10.30.0.9", "TCP", 5433, true)]
    [InlineData(Mixed, "db.example", "10.30.1.9", "TCP", 5433, false)]
    [InlineData(Mixed, null, "10.244.3.1", "TCP", 80, true)]
    [InlineData(Mixed, "api.example", Public, "TCP", 8443, true)]
    [InlineData(Mixed, "api.example", "10.21.1.1", "TCP", 8443, false)]
    [InlineData(Mixed, "api.example", "10.244.4.1", "TCP", 8443, false)]
    [InlineData(Mixed, null, Public, "TCP", 8443, false)]
    [InlineData(Mixed, null, Public, "TCP", 5432, false)]
    // Where the component comes from.
    [InlineData(Nothing, "ghcr.io", Public, "TCP", 443, true)]
    [InlineData(Nothing, "cdn.example", Public, "TCP", 443, true)]
    [InlineData(Nothing, "x.blobs.example", Public, "TCP", 443, true)]
    [InlineData(Nothing, "blobs.example", Public, "TCP", 443, false)]
    [InlineData(Nothing, "ghcr.io", Public, "TCP", 80, false)]
    [InlineData(Nothing, "evil.example", Public, "TCP", 443, false)]
    [InlineData(Nothing, null, Public, "TCP", 443, false)]
    public void A_pod_may_talk_to_those(string policy, string? name, string address, string protocol, int port, bool isLetOut)
    {
        foreach (var knowsLevels in new[] { true, false })
        {
            Assert.Equal(isLetOut, WallOf(policy, Known, knowsLevels: knowsLevels).LetsOut(new("", [], address), protocol, port, name));
        }
    }

    [Theory]
    [InlineData("docker.io", "mirror.acme.example", 5000, true)]
    [InlineData("docker.io", "registry-1.docker.io", 443, true)]
    [InlineData("docker.io", "cdn.example", 443, true)]
    [InlineData("docker.io", "gitlab.acme.example", 443, false)]
    [InlineData("registry.acme.example:5050", "registry.acme.example", 5050, true)]
    [InlineData("registry.acme.example:5050", "gitlab.acme.example", 443, true)]
    [InlineData("registry.acme.example:5050", "cdn.example", 443, true)]
    [InlineData("registry.acme.example:5050", "mirror.acme.example", 5000, false)]
    [InlineData("registry.acme.example:5050", "evil.example", 443, false)]
    public void Mirrors_and_token_servers_are_reached_by_name(string registry, string name, int port, bool isLetOut)
    {
        var settings = Known with { Mirrors = [new("docker.io", "mirror.acme.example:5000")], TokenHosts = [new("registry.acme.example:5050", "gitlab.acme.example")] };
        var wall = WallOf(Nothing, settings, $"component: {{oci: {{repository: \"{registry}/acme/weather\", ref: {{tag: v1}}}}}}");
        Assert.Empty(wall.Faults());
        Assert.Equal(isLetOut, wall.LetsOut(new("", [], Public), "TCP", port, name));
        Assert.False(wall.LetsOut(new("", [], Public), "TCP", port));
    }

    [Theory]
    [InlineData(Nothing)]
    [InlineData(Host)]
    [InlineData(Below)]
    [InlineData(Ports)]
    [InlineData(ManyPorts)]
    [InlineData(Mixed)]
    public void Cilium_takes_it_and_names_can_be_asked_for(string policy)
    {
        foreach (var settings in new[] { Given.Settings, Known })
        {
            var wall = WallOf(policy, settings);
            Assert.Empty(wall.Faults());
            Assert.True(wall.LetsOut(DnsPod, "UDP", 53));
            Assert.True(wall.LetsOut(DnsPod, "TCP", 53));
            Assert.False(wall.LetsOut(DnsPod, "TCP", 443));
            Assert.False(wall.LetsOut(new("", [], "8.8.8.8"), "UDP", 53));
        }
    }

    /// <summary>For every entry, name, port and address: what both walls let out is what the policy grants, no more and no less.</summary>
    [Fact]
    public void The_walls_are_the_policy()
    {
        string[] hosts = ["api.example", "*.api.example", "a_b.example", "*.example", "xn--bcher-kva.example"];
        string[] ports = ["443", "8080-8082"];
        string[] names = ["api.example", "a.api.example", "a.b.c.api.example", "a_b.example", "x.a_b.example", "example", "xn--bcher-kva.example", "evil.example.org"];
        foreach (var (host, range) in from host in hosts from range in ports select (host, range))
        {
            var wall = WallOf($"toolSelector: {{}}\nnetwork: {{allow: [{{host: '{host}', ports: [{range}]}}]}}", Known, "component: {oci: {repository: registry.test/a/b, ref: {tag: v1}}}");
            var (pattern, granted) = (Pattern(host), range.Split('-').Select(int.Parse).ToArray());
            foreach (var (name, port, address) in from name in names from port in new[] { 80, 443, 8080, 8081, 8083 } from address in new[] { Public, "10.1.2.3", "169.254.169.254" } select (name, port, address))
            {
                Assert.True(HostName.TryParse(name, out var parsed));
                var isGranted = pattern.Matches(parsed) && port >= granted[0] && port <= granted[^1] && address == Public;
                Assert.True(isGranted == wall.LetsOut(new("", [], address), "TCP", port, name), $"{host} {range}: {name} {port} {address}");
            }
        }
    }

    [Fact]
    public void Names_are_open_to_any_depth_where_Cilium_knows_that()
    {
        var deep = string.Concat(Enumerable.Repeat("a.", 60)) + "api.example";
        Assert.True(WallOf(Below, Known, knowsLevels: true).LetsOut(new("", [], Public), "TCP", 8443, deep));
        // Before 1.19 it is shut to what the policy grants, never open to what it does not.
        Assert.False(WallOf(Below, Known, knowsLevels: false).LetsOut(new("", [], Public), "TCP", 8443, deep));
        var longest = $"*.{string.Join('.', Enumerable.Repeat(new string('d', 59), 4))}.abcdef";
        Assert.Empty(WallOf($"toolSelector: {{}}\nnetwork: {{allow: [{{host: '{longest}'}}]}}", Known).Faults());
    }

    [Theory]
    [InlineData(Nothing, false, "NetworkPolicy")]
    [InlineData(Host, false, "NetworkPolicy|CiliumNetworkPolicy: granted hosts, by name|NetworkPolicy: port 443 of all public addresses is open")]
    [InlineData(Host, true, "NetworkPolicy|CiliumNetworkPolicy: granted hosts, by name")]
    [InlineData(Below, true, "NetworkPolicy|CiliumNetworkPolicy: granted hosts, by name|CiliumNetworkPolicy: names below a wildcard are open to any depth from Cilium 1.19 on, and to 8 labels before")]
    [InlineData(ManyPorts, true, "NetworkPolicy: host names are not known to it|CiliumNetworkPolicy: granted hosts, by name|CiliumNetworkPolicy: a grant of a host with more than 40 ports")]
    public void The_status_says_which_walls_there_are_and_where_they_are_open(string policy, bool knowsRegistries, string expected)
    {
        var walls = PlanOf(policy, knowsRegistries ? Known : Given.Settings).Walls;
        var wanted = expected.Split('|');
        Assert.Equal(wanted.Length, walls.Length);
        Assert.All(walls.Zip(wanted), pair => Assert.StartsWith(pair.Second, pair.First, StringComparison.Ordinal));
        Assert.All(walls, wall => Assert.InRange(wall.Length, 1, 512));
    }

    [Fact]
    public void Without_Cilium_nothing_is_as_if_it_were_there()
    {
        var plan = Planning.Plan(Given.Observed(Given.Tool(Given.Plain), Given.Found, Given.Policy(Host)), Known);
        Assert.DoesNotContain(plan.Children, child => child.Resource == Kinds.CiliumPolicies);
        Assert.DoesNotContain(plan.Unwanted, item => item.Resource == Kinds.CiliumPolicies);
        Assert.StartsWith("NetworkPolicy: host names are not known to it", Assert.Single(plan.Walls), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_name_is_granted_it_goes()
    {
        var plan = PlanOf(Nothing, Given.Settings);
        Assert.DoesNotContain(plan.Children, child => child.Resource == Kinds.CiliumPolicies);
        Assert.Contains(plan.Unwanted, item => item.Resource == Kinds.CiliumPolicies);
    }

    [Fact]
    public void What_Cilium_does_not_say_it_takes_is_not_relied_on_and_stays_to_be_taken_later()
    {
        var plan = PlanOf(Host, Known, doubt: "Cilium has not said that it takes it");
        Assert.Contains(plan.Children, child => child.Resource == Kinds.CiliumPolicies);
        // As without it.
        var plain = new Wall(SpecOf(plan, Kinds.NetworkPolicies)!);
        Assert.True(plain.LetsOut(DnsPod, "UDP", 53));
        Assert.True(plain.LetsOut(new("", [], Public), "TCP", 443));
        Assert.Equal("CiliumNetworkPolicy, not relied on: Cilium has not said that it takes it", plan.Walls[1]);
    }

    [Theory]
    [InlineData("""{"ipBlock":{"cidr":"169.254.20.10/32"}}""", "", "169.254.20.10", "", true)]
    [InlineData("""{"ipBlock":{"cidr":"10.3.0.0/16","except":["10.3.1.0/24"]}}""", "", "10.3.0.53", "", true)]
    [InlineData("""{"ipBlock":{"cidr":"10.3.0.0/16","except":["10.3.1.0/24"]}}""", "", "10.3.1.53", "", false)]
    [InlineData("""{"podSelector":{"matchLabels":{"app":"dns"}}}""", "team-a", "10.244.9.9", "dns", true)]
    [InlineData("""{"podSelector":{"matchLabels":{"app":"dns"}}}""", "elsewhere", "10.244.9.9", "dns", false)]
    [InlineData("""{"namespaceSelector":{},"podSelector":{"matchLabels":{"app":"dns"}}}""", "elsewhere", "10.244.9.9", "dns", true)]
    [InlineData("""{"namespaceSelector":{},"podSelector":{"matchLabels":{"app":"dns"}}}""", "elsewhere", "10.244.9.9", "other", false)]
    [InlineData("""{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"net"}}}""", "net", "10.244.9.9", "any", true)]
    public void The_DNS_of_the_installer_is_reached_wherever_it_is(string peer, string @namespace, string address, string app, bool isLetOut)
    {
        var wall = WallOf(Host, Known with { Peers = Known.Peers with { Dns = [peer] } });
        Assert.Equal(isLetOut, wall.LetsOut(new(@namespace, new() { ["app"] = app }, address), "UDP", 53));
    }

    /// <summary>A cache on the node, and the pods behind it, on the port of the Service and their own.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Each_DNS_of_the_installer_is_reached_on_each_of_its_ports(bool hasCilium)
    {
        var settings = Known with { Peers = Known.Peers with { Dns = [.. Known.Peers.Dns, """{"ipBlock":{"cidr":"169.254.20.10/32"}}"""], DnsPorts = [53, 5353] } };
        var plan = Planning.Plan(Given.Observed(Given.Tool(Given.Plain), Given.Found, Given.Policy(Host)) with { Surface = Given.Surface with { CiliumPolicies = hasCilium } }, settings);
        var wall = new CiliumWall(new Wall(SpecOf(plan, Kinds.NetworkPolicies)!), SpecOf(plan, Kinds.CiliumPolicies), knowsLevels: true);
        Assert.Empty(wall.Faults());
        Assert.All([DnsPod, new Wall.Peer("", [], "169.254.20.10")], dns =>
        {
            Assert.All(from protocol in new[] { "UDP", "TCP" } from port in new[] { 53, 5353 } select (protocol, port), way => Assert.True(wall.LetsOut(dns, way.protocol, way.port)));
            Assert.False(wall.LetsOut(dns, "TCP", 443));
        });
        Assert.False(wall.LetsOut(new("", [], "169.254.169.254"), "UDP", 53));
    }

    [Fact]
    public void A_DNS_that_Cilium_cannot_be_told_of_leaves_the_weaker_wall_and_the_status_says_so()
    {
        var plan = PlanOf(Host, Known with { Peers = Known.Peers with { Dns = [.. Known.Peers.Dns, """{"podSelector":{"matchExpressions":[{"key":"app","operator":"In","values":["dns"]}]}}"""] } });
        Assert.DoesNotContain(plan.Children, child => child.Resource == Kinds.CiliumPolicies);
        Assert.Contains(plan.Unwanted, item => item.Resource == Kinds.CiliumPolicies);
        Assert.Contains(plan.Walls, wall => wall.StartsWith("no CiliumNetworkPolicy: a DNS peer", StringComparison.Ordinal));
        Assert.True(new Wall(SpecOf(plan, Kinds.NetworkPolicies)!).LetsOut(new("", [], Public), "TCP", 443));
    }

    [Fact]
    public void Registries_in_private_blocks_and_at_addresses_are_reached_by_address()
    {
        var settings = Known with { RegistryRanges = [Given.Range("10.7.0.0/16")] };
        var wall = WallOf(Nothing, settings, "component: {oci: {repository: \"registry.internal:5000/acme/weather\", ref: {tag: v1}}}");
        Assert.True(wall.LetsOut(new("", [], "10.7.0.9"), "TCP", 5000));
        Assert.False(wall.LetsOut(new("", [], "10.8.0.9"), "TCP", 5000, "registry.internal"));
        Assert.True(wall.LetsOut(new("", [], Public), "TCP", 5000, "registry.internal"));
        var literal = WallOf(Nothing, settings, "component: {oci: {repository: \"140.82.112.3:5000/acme/weather\", ref: {tag: v1}}}");
        Assert.True(literal.LetsOut(new("", [], Public), "TCP", 5000));
        Assert.False(literal.LetsOut(new("", [], "140.82.112.4"), "TCP", 5000));
        Assert.False(WallOf(Nothing, settings, "component: {oci: {repository: \"10.8.0.9:5000/acme/weather\", ref: {tag: v1}}}").LetsOut(new("", [], "10.8.0.9"), "TCP", 5000));
    }

    [Fact]
    public void Nothing_that_is_open_by_address_is_denied_and_the_rest_is_to_the_last_address()
    {
        var wall = WallOf("toolSelector: {}\nnetwork: {allow: [{host: api.example, ports: [8443]}, {cidr: 10.20.30.40/32, ports: [5432]}, {cidr: 'fd00::7/128', ports: [5432]}]}", Known);
        Assert.True(wall.LetsOut(new("", [], "10.20.30.40"), "TCP", 5432));
        Assert.True(wall.LetsOut(new("", [], "fd00::7"), "TCP", 5432));
        Assert.All(["10.20.30.39", "10.20.30.41", "10.0.0.0", "10.255.255.255", "fd00::6", "fd00::8", "fc00::"], address => Assert.False(wall.LetsOut(new("", [], address), "TCP", 8443, "api.example")));
    }

    [Fact]
    public void So_many_blocks_that_no_policy_should_hold_them_leave_the_weaker_wall()
    {
        var blocks = string.Join(", ", Enumerable.Range(0, 40).Select(i => $"{{cidr: 'fd{i:x2}:1234:5678:9abc:def0:1234:5678:{i + 1:x}/128', ports: [1]}}"));
        var plan = PlanOf($"toolSelector: {{}}\nnetwork: {{allow: [{{host: api.example}}, {blocks}]}}", Known);
        Assert.DoesNotContain(plan.Children, child => child.Resource == Kinds.CiliumPolicies);
        Assert.Contains(plan.Walls, wall => wall.Contains("too many blocks", StringComparison.Ordinal));
    }

    [Fact]
    public void The_wall_by_name_comes_before_the_one_by_address() =>
        Assert.Equal([Kinds.CiliumPolicies, Kinds.NetworkPolicies], PlanOf(Host, Known).Children.Select(child => child.Resource).Where(resource => resource == Kinds.CiliumPolicies || resource == Kinds.NetworkPolicies));

    private static Plan PlanOf(string policy, Settings settings, string? spec = null, string? doubt = null)
    {
        var observed = Given.Observed(Given.Tool(spec ?? Given.Plain), Given.Found, Given.Policy(policy)) with { Surface = Given.Surface with { CiliumPolicies = true }, CiliumDoubt = doubt };
        var plan = Planning.Plan(observed, settings);
        Assert.Empty(plan.Grants!.Problems);
        return plan;
    }

    private static CiliumWall WallOf(string policy, Settings settings, string? spec = null, bool knowsLevels = false)
    {
        var plan = PlanOf(policy, settings, spec);
        return new CiliumWall(new Wall(SpecOf(plan, Kinds.NetworkPolicies)!), SpecOf(plan, Kinds.CiliumPolicies), knowsLevels);
    }

    private static JsonNode? SpecOf(Plan plan, Kube.Objects.Resource resource) =>
        plan.Children.SingleOrDefault(child => child.Resource == resource) is { } child ? JsonNode.Parse(child.Object.Json.GetRawText())!["spec"] : null;

    private static HostPattern Pattern(string text) => HostPattern.TryParse(text, out var pattern, out var expected) ? pattern : throw new ArgumentException(expected, nameof(text));
}
