using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tapedeck.Operator.Tests.Children;

/// <summary>
/// What a NetworkPolicy and a CiliumNetworkPolicy let out together, as Cilium's documentation has it: the sum of both, less what is denied. There is no Cilium here.
/// <see href="https://docs.cilium.io/en/stable/security/policy/layer3/#dns-based"/>
/// <see href="https://docs.cilium.io/en/stable/security/policy/deny/"/>
/// </summary>
/// <param name="spec">Of the CiliumNetworkPolicy; null where there is none.</param>
/// <param name="knowsLevels">Whether two asterisks are any number of labels, as from 1.19 on.</param>
internal sealed class CiliumWall(Wall plain, JsonNode? spec, bool knowsLevels)
{
    private static readonly Wall.Peer Dns = new("kube-system", new() { ["k8s-app"] = "kube-dns" }, "10.244.9.9");

    private static readonly string[] Peers = ["toEndpoints", "toCIDR", "toCIDRSet", "toEntities", "toServices", "toFQDNs"];

    /// <param name="name">By which the pod got the address from the cluster's DNS; null where it made it up.</param>
    internal bool LetsOut(Wall.Peer to, string protocol, int port, string? name = null) =>
        !IsDenied(to) && (plain.LetsOut(to, protocol, port) || Rules("egress").Any(rule => IsPeer(rule, to, name) && IsPort(rule, protocol, port)));

    /// <summary>What Cilium would not take. <see href="https://docs.cilium.io/en/stable/security/policy/layer7/"/></summary>
    internal IEnumerable<string> Faults()
    {
        foreach (var rule in Rules("egress"))
        {
            if (rule.AsObject().Count(field => Peers.Contains(field.Key)) != 1)
            {
                yield return "a rule has peers of one kind";
            }
            foreach (var ports in rule["toPorts"]!.AsArray())
            {
                if (ports!["ports"]!.AsArray().Count is 0 or > 40)
                {
                    yield return "a list of ports has 1 to 40";
                }
                if (ports["ports"]!.AsArray().Any(port => port!["port"]!.GetValueKind() != System.Text.Json.JsonValueKind.String || port["endPort"] is not null))
                {
                    yield return "a port is a text, and no range in versions before 1.16";
                }
            }
            foreach (var name in rule["toFQDNs"] as JsonArray ?? [])
            {
                var (key, text) = (name!.AsObject().Single().Key, name.AsObject().Single().Value!.GetValue<string>());
                if (text.Length > 255 || !Regex.IsMatch(text, key == "matchName" ? "^([-a-zA-Z0-9_]+[.]?)+$" : "^([-a-zA-Z0-9_*]+[.]?)+$"))
                {
                    yield return $"{key} {text}";
                }
            }
        }
        if (Rules("egressDeny").Any(rule => rule.AsObject().Any(field => field.Key is "toFQDNs" or "toPorts")))
        {
            yield return "names and ports of names cannot be denied";
        }
    }

    private JsonNode[] Rules(string direction) => [.. (spec?[direction] as JsonArray ?? []).OfType<JsonNode>()];

    /// <summary>Blocks are what is outside of the cluster; a pod is selected by its labels alone.</summary>
    private bool IsDenied(Wall.Peer to) =>
        to.Namespace.Length == 0 && Rules("egressDeny").SelectMany(rule => rule["toCIDR"]!.AsArray()).Any(block => IPNetwork.Parse(block!.GetValue<string>()).Contains(IPAddress.Parse(to.Address)));

    private bool IsPeer(JsonNode rule, Wall.Peer to, string? name) =>
        rule["toFQDNs"] is JsonArray names ? to.Namespace.Length == 0 && name is not null && IsLearnt(name) && names.Any(item => IsNamed(item!, name))
        : rule["toCIDRSet"] is JsonArray blocks ? to.Namespace.Length == 0 && blocks.Any(block => IsIn(block!, to.Address))
        : rule["toEndpoints"]!.AsArray().Any(item => IsEndpoint(item!, to));

    /// <summary>Whether the answer passes the DNS proxy: a rule for the same port that does not ask for it would make those that do worth nothing.</summary>
    private bool IsLearnt(string name)
    {
        var rules = Rules("egress").Where(rule => rule["toEndpoints"] is JsonArray && IsPeer(rule, Dns, null)).SelectMany(rule => rule["toPorts"]!.AsArray())
            .Where(ports => ports!["ports"]!.AsArray().Any(port => port!["port"]!.GetValue<string>() == "53" && port["protocol"]!.GetValue<string>() is "UDP" or "ANY")).ToArray();
        return rules.Length > 0 && !plain.LetsOut(Dns, "UDP", 53) && rules.All(ports => ports!["rules"]?["dns"] is JsonArray { Count: > 0 } names && names.Any(item => IsNamed(item!, name)));
    }

    private bool IsNamed(JsonNode item, string name)
    {
        if (item["matchName"] is { } exact)
        {
            return exact.GetValue<string>() == name;
        }
        var pattern = item["matchPattern"]!.GetValue<string>();
        const string Character = "[-a-zA-Z0-9_]";
        if (pattern == "*")
        {
            return true;
        }
        var isAnyLevel = knowsLevels && Regex.IsMatch(pattern, @"^\*\*+\.");
        var rest = isAnyLevel ? pattern.TrimStart('*')[1..] : pattern;
        var expression = Regex.Replace(Regex.Escape(rest), @"(\\\*)+", $"{Character}*");
        return Regex.IsMatch(name, $"^{(isAnyLevel ? $@"({Character}+(\.{Character}+)*)\." : "")}{expression}$");
    }

    private static bool IsIn(JsonNode block, string address) =>
        IPNetwork.Parse(block["cidr"]!.GetValue<string>()).Contains(IPAddress.Parse(address))
        && !(block["except"] as JsonArray ?? []).Any(inner => IPNetwork.Parse(inner!.GetValue<string>()).Contains(IPAddress.Parse(address)));

    private static bool IsEndpoint(JsonNode selector, Wall.Peer pod)
    {
        if (pod.Namespace.Length == 0)
        {
            return false;
        }
        const string Namespaces = "k8s:io.cilium.k8s.namespace.labels.";
        var labels = pod.Labels.ToDictionary(label => $"k8s:{label.Key}", label => label.Value);
        labels["k8s:io.kubernetes.pod.namespace"] = pod.Namespace;
        labels[$"{Namespaces}kubernetes.io/metadata.name"] = pod.Namespace;
        var wanted = (selector["matchLabels"] as JsonObject ?? []).ToDictionary(label => label.Key, label => label.Value!.GetValue<string>());
        var expressions = selector["matchExpressions"] as JsonArray ?? [];
        // Where nothing is said of namespaces it is the policy's own.
        var isElsewhere = wanted.Keys.Concat(expressions.Select(one => one!["key"]!.GetValue<string>())).Any(key => key == "k8s:io.kubernetes.pod.namespace" || key.StartsWith(Namespaces, StringComparison.Ordinal));
        return wanted.All(label => labels.GetValueOrDefault(label.Key) == label.Value)
            && expressions.All(one => one!["operator"]!.GetValue<string>() == "Exists" && labels.ContainsKey(one["key"]!.GetValue<string>()))
            && (isElsewhere || pod.Namespace == "team-a");
    }

    private static bool IsPort(JsonNode rule, string protocol, int port) => rule["toPorts"]!.AsArray().SelectMany(ports => ports!["ports"]!.AsArray())
        .Any(item => item!["port"]!.GetValue<string>() == $"{port}" && (item["protocol"]!.GetValue<string>() is var said && (said == protocol || said == "ANY")));
}
