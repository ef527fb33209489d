using Tapedeck.Kube.Caching;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Policies;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Operator.Tools;

/// <summary>What the operator knows of the cluster, by watching.</summary>
internal sealed record Caches
{
    internal const string ByNamespace = "namespace";
    internal const string ByTool = "tool";

    public required Informer<KubeObject> Tools { get; init; }

    public required Informer<PolicyEntry<CapabilityPolicySpec>> Policies { get; init; }

    /// <summary>Null where the installer says that there are none to be looked at.</summary>
    public required Informer<PolicyEntry<ClusterCapabilityPolicySpec>>? Ceilings { get; init; }

    internal IReadOnlyList<PolicyEntry<ClusterCapabilityPolicySpec>> AllCeilings => Ceilings?.All ?? [];

    /// <summary>Metadata, for the labels that ceilings select by; null where there are no ceilings.</summary>
    public required Informer<KubeObject>? Namespaces { get; init; }

    public required Informer<KubeObject> Deployments { get; init; }

    /// <summary>What is owned, by resource: metadata, and the whole where others say something in its status.</summary>
    public required IReadOnlyDictionary<Resource, Informer<KubeObject>> Owned { get; init; }

    public required Surface Surface { get; init; }

    internal KubeObject? Child(Resource resource, ObjectKey key) => resource == Kinds.Deployments ? Deployments.Get(key) : Owned[resource].Get(key);

    /// <summary>Whether it is known what ceilings select a namespace by. One that is new may be in another cache before it is in this one.</summary>
    internal bool Knows(string @namespace) => Namespaces is null || Namespaces.Get(ObjectKey.Cluster(@namespace)) is not null;

    internal IReadOnlyDictionary<string, string> LabelsOf(string @namespace) =>
        Namespaces?.Get(ObjectKey.Cluster(@namespace))?.Metadata.Labels ?? new Dictionary<string, string> { ["kubernetes.io/metadata.name"] = @namespace };

    /// <summary>The tool that a child says it belongs to.</summary>
    internal static ObjectKey? ToolOf(KubeObject child) =>
        child.Metadata.Labels.TryGetValue(Names.ToolLabel, out var name) ? new ObjectKey(child.Metadata.Namespace, name) : null;
}
