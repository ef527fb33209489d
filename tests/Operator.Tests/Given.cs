using System.Text.Json.Nodes;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Policies;
using Tapedeck.Operator.Tools;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Specs;
using Tapedeck.Policy.Writing;

namespace Tapedeck.Operator.Tests;

/// <summary>What tests find in a cluster.</summary>
internal static class Given
{
    internal const string Uid = "0b6a3c7e-0000-0000-0000-000000000001";
    internal const string Digest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    internal const string OtherDigest = "sha256:0000d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    internal const string Plain = """
        component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1}}}
        replicas: 1
        """;

    internal static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    internal static readonly Surface Surface = new(Kinds.DisruptionBudgets, HttpRoutes: true, CiliumPolicies: false);

    internal static readonly Signer Signer = new(new string('a', 64), "", "");

    internal static Settings Settings { get; } = new()
    {
        RuntimeImage = "registry.example/tapedeck/runtime:1",
        Namespace = "tapedeck-system",
        Tenants = TenantRights.None with { HttpRoute = true },
        ClusterRanges = [Range("10.244.0.0/16"), Range("10.96.0.0/12")],
        Peers = new PodPeers { Operator = PodPeers.Peer("tapedeck-system", "app", "operator"), Scraper = PodPeers.Peer("monitoring", "app", "prometheus") },
    };

    internal static AddressRange Range(string text) => AddressRange.TryParse(text, out var range, out var expected) ? range : throw new ArgumentException(expected, nameof(text));

    /// <summary>A WasmTool with a spec in YAML.</summary>
    internal static KubeObject Tool(string spec, string name = "weather", long generation = 3, JsonObject? status = null) => Object("WasmTool", name, "team-a", spec, generation, status);

    internal static PolicyEntry<CapabilityPolicySpec> Policy(string spec, string name = "fetch") =>
        PolicyEntry<CapabilityPolicySpec>.Read(Object("CapabilityPolicy", name, "team-a", spec, 2, null), CapabilityPolicyReader.Read);

    internal static PolicyEntry<ClusterCapabilityPolicySpec> Ceiling(string spec, string name = "cap") =>
        PolicyEntry<ClusterCapabilityPolicySpec>.Read(Object("ClusterCapabilityPolicy", name, "", spec, 2, null), ClusterCapabilityPolicyReader.Read);

    internal static Observed Observed(KubeObject tool, Func<string, Resolution> resolution, params PolicyEntry<CapabilityPolicySpec>[] policies) => Observed(tool, resolution, policies, []);

    internal static Observed Observed(
        KubeObject tool, Func<string, Resolution> resolution, PolicyEntry<CapabilityPolicySpec>[] policies, PolicyEntry<ClusterCapabilityPolicySpec>[] ceilings)
    {
        var (read, problems) = Gathering.Read(tool);
        var inputs = read is null ? "" : ResolveRequest.InputsOf(read.Spec);
        var selected = Selecting.Of("team-a", [new ToolFacts(tool.Metadata.Labels, new Dictionary<string, string>(), "ghcr.io/acme/weather") { Signers = [Signer] }], policies, ceilings, [], Settings.Addresses);
        return new Observed
        {
            Object = tool,
            Tool = read,
            Problems = problems,
            Resolution = resolution(inputs),
            Recorded = Artifact.Read(tool),
            Superseded = Artifact.ReadSuperseded(tool),
            TagRecord = read is null ? null : TagRecord.Read(tool, read.Spec),
            Policies = selected,
            Snapshot = Counting.Count(selected.Input, tool, null, 0),
            Surface = Surface,
        };
    }

    internal static Resolution Found(string inputs) => new Resolution.Found(new Artifact("ghcr.io/acme/weather", "v1", Digest, inputs, [Signer]));

    internal static Resolution Pending(string inputs) => new Resolution.Pending();

    /// <summary>A Deployment as its controller reports it.</summary>
    internal static KubeObject Deployment(int desired, int updated, int available, bool isObserved = true, string? progressing = null, int? replicas = null) => KubeObject.From(Json.Object(
        ("apiVersion", "apps/v1"),
        ("kind", "Deployment"),
        ("metadata", Json.Object(
            ("name", "weather"), ("namespace", "team-a"), ("generation", 5),
            ("ownerReferences", Json.Array(Json.Object(("apiVersion", "tapedeck.dev/v1alpha1"), ("kind", "WasmTool"), ("name", "weather"), ("uid", Uid), ("controller", true)))))),
        ("spec", Json.Object(("replicas", desired))),
        ("status", Json.Object(
            ("observedGeneration", isObserved ? 5 : 4), ("replicas", replicas ?? updated), ("updatedReplicas", updated), ("readyReplicas", available), ("availableReplicas", available),
            ("conditions", progressing is null ? null : Json.Array(Json.Object(
                ("type", "Progressing"), ("status", "False"), ("reason", progressing), ("message", "it takes too long"))))))));

    private static KubeObject Object(string kind, string name, string @namespace, string spec, long generation, JsonObject? status)
    {
        var problems = new ProblemList("test");
        var json = JsonNode.Parse(JsonText.Write(Documents.Read(spec, problems).Single()));
        var metadata = Json.Object(("name", name), ("generation", generation), ("uid", Uid), ("labels", Json.Object(("team", "a"))));
        if (@namespace.Length > 0)
        {
            metadata["namespace"] = @namespace;
        }
        return KubeObject.From(Json.Object(("apiVersion", "tapedeck.dev/v1alpha1"), ("kind", kind), ("metadata", metadata), ("spec", json), ("status", status)));
    }
}
