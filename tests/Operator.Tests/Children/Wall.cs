using System.Net;
using System.Text.Json.Nodes;

namespace Tapedeck.Operator.Tests.Children;

/// <summary>What a NetworkPolicy lets through, as its specification has it: there is no plugin here that would enforce it.
/// <see href="https://kubernetes.io/docs/concepts/services-networking/network-policies/"/></summary>
/// <param name="spec">Of the one policy that selects the pods.</param>
internal sealed class Wall(JsonNode spec)
{
    /// <summary>A pod, by its namespace and labels, or an address outside of the cluster.</summary>
    internal sealed record Peer(string Namespace, Dictionary<string, string> Labels, string Address);

    internal bool LetsIn(Peer from, int port) => Passes("Ingress", "ingress", "from", from, "TCP", port);

    internal bool LetsOut(Peer to, string protocol, int port) => Passes("Egress", "egress", "to", to, protocol, port);

    private bool Passes(string type, string direction, string peers, Peer peer, string protocol, int port)
    {
        if (!spec["policyTypes"]!.AsArray().Any(item => item!.GetValue<string>() == type))
        {
            return true;
        }
        return (spec[direction] as JsonArray ?? []).Any(rule => IsPeer(rule![peers] as JsonArray, peer) && IsPort(rule["ports"] as JsonArray, protocol, port));
    }

    /// <summary>No list, and an empty one, are everything: that is what makes these rules dangerous.</summary>
    private static bool IsPeer(JsonArray? peers, Peer peer) => peers is null or [] || peers.Any(item => item!["ipBlock"] is { } block ? IsIn(block, peer) : IsSelected(item, peer));

    private static bool IsPort(JsonArray? ports, string protocol, int port) => ports is null or [] || ports.Any(item =>
        (item!["protocol"]?.GetValue<string>() ?? "TCP") == protocol
        && port >= item["port"]!.GetValue<int>() && port <= (item["endPort"] ?? item["port"])!.GetValue<int>());

    private static bool IsIn(JsonNode block, Peer peer)
    {
        var address = IPAddress.Parse(peer.Address);
        return IPNetwork.Parse(block["cidr"]!.GetValue<string>()).Contains(address)
            && !(block["except"] as JsonArray ?? []).Any(inner => IPNetwork.Parse(inner!.GetValue<string>()).Contains(address));
    }

    private static bool IsSelected(JsonNode item, Peer peer)
    {
        // A pod selector without a namespace selector means the policy's own namespace.
        var isNamespace = item["namespaceSelector"] is { } namespaces
            ? Matches(namespaces, new() { ["kubernetes.io/metadata.name"] = peer.Namespace })
            : peer.Namespace == "team-a";
        return peer.Namespace.Length > 0 && isNamespace && (item["podSelector"] is not { } pods || Matches(pods, peer.Labels));
    }

    private static bool Matches(JsonNode selector, Dictionary<string, string> labels) =>
        (selector["matchLabels"] as JsonObject ?? []).All(label => labels.GetValueOrDefault(label.Key) == label.Value!.GetValue<string>());
}
