using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Tapedeck.Policy.Network;

namespace Tapedeck.Operator.Children;

/// <summary>A peer of a NetworkPolicy in the words of Cilium.
/// <see href="https://docs.cilium.io/en/stable/security/policy/layer3/#endpoints-based"/></summary>
/// <param name="Field">Of a rule for what goes out.</param>
internal sealed record CiliumPeer(string Field, JsonNode Value)
{
    // Which labels of a pod and of its namespace Cilium has under which names.
    private const string OfPod = "k8s:";
    private const string OfNamespace = "k8s:io.cilium.k8s.namespace.labels.";
    private const string Namespace = "k8s:io.kubernetes.pod.namespace";
    private const string NamespaceName = "kubernetes.io/metadata.name";

    /// <summary>The same peer; null where it cannot be said, or there is none.</summary>
    internal static CiliumPeer? Read(JsonNode? peer)
    {
        if (BlockOf(peer) is { } block)
        {
            var set = Json.Object(("cidr", block.Range.ToString()), ("except", Json.Texts(block.Except.Select(range => range.ToString())).OrNull()));
            return new("toCIDRSet", Json.Array(set));
        }
        return peer is JsonObject all && all.All(field => field.Key is "namespaceSelector" or "podSelector") && LabelsOf(all["podSelector"]) is { } pods && LabelsOf(all["namespaceSelector"]) is { } namespaces
            ? new("toEndpoints", Json.Array(Endpoints(pods, namespaces, all["namespaceSelector"] is not null)))
            : null;
    }

    /// <summary>The block that a peer is; null where it is none.</summary>
    internal static (AddressRange Range, ImmutableArray<AddressRange> Except)? BlockOf(JsonNode? peer)
    {
        if ((peer as JsonObject)?["ipBlock"] is not JsonObject block || RangeOf(block["cidr"]) is not { } range)
        {
            return null;
        }
        AddressRange?[] except = [.. (block["except"] as JsonArray ?? []).Select(RangeOf)];
        return except.All(inner => inner is not null) ? (range, [.. except.OfType<AddressRange>()]) : null;
    }

    /// <param name="isElsewhere">Namespaces are selected, if only all of them; else it is the policy's own, which Cilium takes where nothing is said.</param>
    private static JsonObject Endpoints(IEnumerable<KeyValuePair<string, string>> pods, KeyValuePair<string, string>[] namespaces, bool isElsewhere) => Json.Object(
        ("matchLabels", Json.Map(
        [
            .. namespaces.Select(label => new KeyValuePair<string, string>(label.Key == NamespaceName ? Namespace : OfNamespace + label.Key, label.Value)),
            .. pods.Select(label => new KeyValuePair<string, string>(OfPod + label.Key, label.Value)),
        ]).OrNull()),
        ("matchExpressions", isElsewhere && namespaces.Length == 0 ? Json.Array(Json.Object(("key", Namespace), ("operator", "Exists"))) : null));

    /// <summary>The labels of a selector, none where it is left out; null where it asks for more than labels.</summary>
    private static KeyValuePair<string, string>[]? LabelsOf(JsonNode? selector) => selector switch
    {
        null => [],
        JsonObject map when map.All(field => field.Key == "matchLabels") && (map["matchLabels"] ?? new JsonObject()) is JsonObject labels && labels.All(label => label.Value?.GetValueKind() == System.Text.Json.JsonValueKind.String) =>
            [.. labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => new KeyValuePair<string, string>(label.Key, label.Value!.GetValue<string>()))],
        _ => null,
    };

    private static AddressRange? RangeOf(JsonNode? text) =>
        text?.GetValueKind() == System.Text.Json.JsonValueKind.String && AddressRange.TryParse(text.GetValue<string>(), out var range, out _) ? range : null;
}
