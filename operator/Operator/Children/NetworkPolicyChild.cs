using System.Text.Json.Nodes;
using Tapedeck.Manifest;
using Tapedeck.Manifest.Specs;
using Tapedeck.Policy;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Operator.Children;

/// <summary>
/// The wall around the pods: nothing in and nothing out, but for what is listed here. A NetworkPolicy knows no names, so a grant of a host opens the public
/// addresses on its ports, unless another wall knows them; the runtime does.
/// </summary>
internal static class NetworkPolicyChild
{
    internal static Child Make(ChildMaker maker, Grants grants, Walls walls, RegistryPlace registry, Settings settings) => maker.Make(
        Kinds.NetworkPolicies,
        maker.Tool.Name,
        [("spec", Json.Object(
            ("podSelector", Json.Object(("matchLabels", maker.Selector()))),
            ("policyTypes", Json.Texts(["Ingress", "Egress"])),
            ("ingress", Json.Array(Ingress(maker.Tool.Spec, settings.Peers)).OrNull()),
            ("egress", Json.Array(Egress(grants, walls, registry, settings)).OrNull())))]);

    private static IEnumerable<JsonNode?> Ingress(WasmToolSpec spec, PodPeers peers)
    {
        // An empty list of peers would let everybody in.
        if (!spec.Endpoint.IngressFrom.IsEmpty)
        {
            yield return Rule("from", spec.Endpoint.IngressFrom.Select(Json.Of), [Tcp(PodPaths.McpPort)]);
        }
        JsonNode[] watchers = [.. new[] { PodPeers.Read(peers.Operator), PodPeers.Read(peers.Scraper) }.OfType<JsonNode>()];
        if (watchers.Length > 0)
        {
            yield return Rule("from", watchers, [Tcp(PodPaths.OperationsPort)]);
        }
    }

    private static IEnumerable<JsonNode?> Egress(Grants grants, Walls walls, RegistryPlace registry, Settings settings)
    {
        // A way to the cluster's DNS that does not ask for Cilium's proxy would be one past it.
        JsonNode[] dns = [.. settings.Peers.ReadDns()];
        if (!walls.ReliesOnNames && dns.Length > 0)
        {
            yield return Rule("to", dns, settings.Peers.DnsPorts.SelectMany(port => new[] { Port("UDP", port, port), Tcp(port) }));
        }
        if (PodPeers.Read(settings.Peers.Telemetry) is { } collector && settings.Telemetry is { } telemetry)
        {
            yield return Rule("to", [collector], [Tcp(telemetry.Endpoint.Port)]);
        }
        if (PodPeers.Read(settings.Peers.Proxy) is { } proxy && !settings.Proxies.IsEmpty)
        {
            yield return Rule("to", [proxy], settings.Proxies.Ports.Select(Tcp));
        }
        var plan = settings.Addresses;
        JsonNode[] registries = [.. Registries(walls, registry, plan), .. settings.RegistryRanges.SelectMany(range => Block(range, plan))];
        // No peers would be all of them.
        if (registries.Length > 0)
        {
            yield return Rule("to", registries, registry.Ports.Select(Tcp));
        }
        foreach (var entry in grants.NetworkAllow.Where(entry => !walls.ReliesOnNames || !walls.Named.Contains(entry)).OrderBy(entry => entry.ToString(), StringComparer.Ordinal))
        {
            if (Granted(entry, plan) is { } rule)
            {
                yield return rule;
            }
        }
    }

    /// <summary>Where components are pulled from: anywhere, since registries send those who pull elsewhere, unless the installer says where.</summary>
    private static IEnumerable<JsonNode> Registries(Walls walls, RegistryPlace registry, AddressPlan plan) =>
        !walls.ReliesOnNames || walls.Registries.IsEmpty ? Public(plan)
        : registry.Addresses.Where(address => plan.Classify(address.Network) == AddressClass.Public).SelectMany(address => Block(address, plan));

    private static JsonObject? Granted(NetworkEntry entry, AddressPlan plan)
    {
        JsonNode[] peers = [.. entry.Cidr is { } cidr ? Block(cidr, plan) : Public(plan)];
        var protocol = entry.Protocol == NetworkProtocol.Udp ? "UDP" : "TCP";
        return peers.Length == 0 ? null : Rule("to", peers, entry.GrantedPorts.Ranges.Select(range => Port(protocol, range.First, range.Last)));
    }

    private static IEnumerable<JsonNode> Public(AddressPlan plan) =>
        Block(AddressRange.AllV4, plan).Concat(Block(AddressRange.AllV6, plan));

    /// <summary>A block without what a rule for it does not open; nothing where it opens nothing.</summary>
    private static IEnumerable<JsonNode> Block(AddressRange range, AddressPlan plan)
    {
        if (plan.ClosedWithin(range) is not { } closed)
        {
            return [];
        }
        return [Json.Object(("ipBlock", Json.Object(
            ("cidr", range.ToString()),
            ("except", Json.Texts(closed.Select(inner => inner.ToString()).Order(StringComparer.Ordinal)).OrNull()))))];
    }

    private static JsonObject Rule(string direction, IEnumerable<JsonNode> peers, IEnumerable<JsonNode> ports) =>
        Json.Object((direction, Json.Array(peers)), ("ports", Json.Array(ports)));

    private static JsonObject Tcp(int port) => Port("TCP", port, port);

    private static JsonObject Port(string protocol, int first, int last) =>
        Json.Object(("protocol", protocol), ("port", first), ("endPort", last > first ? JsonValue.Create(last) : null));
}
