using System.Globalization;
using System.Text.Json.Nodes;
using Tapedeck.Manifest;
using Tapedeck.Manifest.Specs;
using Tapedeck.Policy;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Operator.Children;

/// <summary>
/// The wall around the pods: nothing in and nothing out, but for what is listed here. A NetworkPolicy knows no names, so a grant of a host opens the public
/// addresses on its ports; the runtime knows the names.
/// </summary>
internal static class NetworkPolicyChild
{
    private const int DnsPort = 53;
    private const int HttpsPort = 443;
    private const int HttpPort = 80;

    internal static Child Make(ChildMaker maker, Grants grants, Settings settings) => maker.Make(
        Kinds.NetworkPolicies,
        maker.Tool.Name,
        [("spec", Json.Object(
            ("podSelector", Json.Object(("matchLabels", maker.Selector()))),
            ("policyTypes", Json.Texts(["Ingress", "Egress"])),
            ("ingress", Json.Array(Ingress(maker.Tool.Spec, settings.Peers)).OrNull()),
            ("egress", Json.Array(Egress(maker.Tool.Spec, grants, settings)).OrNull())))]);

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

    private static IEnumerable<JsonNode?> Egress(WasmToolSpec spec, Grants grants, Settings settings)
    {
        if (PodPeers.Read(settings.Peers.Dns) is { } dns)
        {
            yield return Rule("to", [dns], [Port("UDP", DnsPort, DnsPort), Tcp(DnsPort)]);
        }
        if (PodPeers.Read(settings.Peers.Telemetry) is { } telemetry)
        {
            yield return Rule("to", [telemetry], [Tcp(settings.Peers.TelemetryPort)]);
        }
        var plan = settings.Addresses;
        JsonNode[] registries = [.. Public(plan), .. settings.RegistryRanges.SelectMany(range => Block(range, plan))];
        // No peers would be all of them.
        if (registries.Length > 0)
        {
            yield return Rule("to", registries, [Tcp(RegistryPort((OciSource)spec.Component))]);
        }
        foreach (var rule in grants.NetworkAllow.OrderBy(entry => entry.ToString(), StringComparer.Ordinal).Select(entry => Granted(entry, plan)).OfType<JsonNode>())
        {
            yield return rule;
        }
    }

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

    private static int RegistryPort(OciSource source)
    {
        var host = source.Registry;
        var colon = host.LastIndexOf(':');
        return colon > host.LastIndexOf(']') && int.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port
            : source.PlainHttp ? HttpPort
            : HttpsPort;
    }

    private static JsonObject Rule(string direction, IEnumerable<JsonNode> peers, IEnumerable<JsonNode> ports) =>
        Json.Object((direction, Json.Array(peers)), ("ports", Json.Array(ports)));

    private static JsonObject Tcp(int port) => Port("TCP", port, port);

    private static JsonObject Port(string protocol, int first, int last) =>
        Json.Object(("protocol", protocol), ("port", first), ("endPort", last > first ? JsonValue.Create(last) : null));
}
