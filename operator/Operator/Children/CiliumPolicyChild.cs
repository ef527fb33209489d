using System.Text.Json.Nodes;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Operator.Children;

/// <summary>
/// The wall that knows names. Cilium learns the addresses of a name from the answers that pass its DNS proxy, and the rule for the cluster's DNS is what sends them
/// through it. <see href="https://docs.cilium.io/en/stable/security/policy/layer3/#dns-based"/>
/// </summary>
internal static class CiliumPolicyChild
{
    /// <summary>How many labels a wildcard of ours stands for at least: before 1.19 Cilium has no pattern for any number of them.</summary>
    internal const int Levels = 8;

    private const int MostOfName = 253;

    /// <summary>Null where names are nothing to this tool, or Cilium is not there.</summary>
    internal static Child? Make(ChildMaker maker, Walls walls, RegistryPlace registry) => !walls.HasNames ? null : maker.Make(
        Kinds.CiliumPolicies,
        maker.Name,
        [("spec", Json.Object(
            ("endpointSelector", Json.Object(("matchLabels", maker.Selector()))),
            ("egress", Json.Array([.. walls.Dns.Select(dns => Dns(dns, walls.DnsPorts)), .. Named(walls, registry)])),
            // A name is its owner's to point where he likes. A denial wins over every rule, so that what is open by address is not among these.
            ("egressDeny", walls.Closed.IsEmpty ? null : Json.Array(Json.Object(("toCIDR", Json.Texts(walls.Closed.Select(range => range.ToString()))))))))]);

    /// <summary>Every name may be asked for, as without Cilium: those that a search path makes are none that a policy names.</summary>
    private static JsonObject Dns(CiliumPeer dns, IEnumerable<int> ports) => Json.Object(
        (dns.Field, dns.Value.DeepClone()),
        ("toPorts", Json.Array(Json.Object(
            ("ports", Json.Array(ports.SelectMany(port => new JsonNode?[] { Port(port, "UDP"), Port(port, "TCP") }))),
            ("rules", Json.Object(("dns", Json.Array(Json.Object(("matchPattern", "*"))))))))));

    private static IEnumerable<JsonObject> Named(Walls walls, RegistryPlace registry) =>
        walls.Named.Select(entry => (Ports: PortsOf(entry), Host: entry.Host!))
            .Concat(walls.Registries.Select(host => (Ports: Json.Array(registry.Ports.Select(port => (JsonNode?)Port(port, "TCP"))), Host: host)))
            .GroupBy(rule => rule.Ports.ToJsonString(), rule => rule)
            .OrderBy(rules => rules.Key, StringComparer.Ordinal)
            .Select(rules => Json.Object(
                ("toFQDNs", Json.Array(rules.Select(rule => rule.Host).DistinctBy(host => host.ToString()).OrderBy(host => host.ToString(), StringComparer.Ordinal).SelectMany(Names))),
                ("toPorts", Json.Array(Json.Object(("ports", rules.First().Ports.DeepClone()))))));

    private static JsonArray PortsOf(NetworkEntry entry) => Json.Array(
        from range in entry.GrantedPorts.Ranges
        from port in Enumerable.Range(range.First, range.Last - range.First + 1)
        select (JsonNode?)Port(port, entry.Protocol == NetworkProtocol.Udp ? "UDP" : "TCP"));

    /// <summary>An asterisk is a part of one label there, and two with a dot behind them are any number of labels, or one asterisk where that is not known.</summary>
    private static IEnumerable<JsonNode?> Names(HostPattern host)
    {
        var domain = host.Domain.Value;
        if (!host.IsWildcard)
        {
            return [Json.Object(("matchName", domain))];
        }
        return Enumerable.Range(1, Levels)
            .Select(levels => string.Concat(Enumerable.Repeat("*.", levels)) + domain)
            .Where(pattern => pattern.Length <= MostOfName)
            .Prepend("**." + domain)
            .Select(pattern => (JsonNode?)Json.Object(("matchPattern", pattern)));
    }

    /// <summary>A text, as that API has it: it may be a name there.</summary>
    private static JsonObject Port(int port, string protocol) => Json.Object(("port", $"{port}"), ("protocol", protocol));
}
