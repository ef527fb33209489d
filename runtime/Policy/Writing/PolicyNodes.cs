using Tapedeck.Policy.Limits;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Writing;

/// <summary>Policies as nodes, for <see cref="YamlText"/> and <see cref="JsonText"/>. Reading what was written gives the same policy.</summary>
public static class PolicyNodes
{
    public static Node Of(PolicyObject<CapabilityPolicySpec> policy) => Object("CapabilityPolicy", policy, Of(policy.Spec));

    public static Node Of(PolicyObject<ClusterCapabilityPolicySpec> ceiling) => Object("ClusterCapabilityPolicy", ceiling, Of(ceiling.Spec));

    public static Node Of(CapabilityPolicySpec spec) => new MappingBuilder()
        .Add("toolSelector", SelectorNodes.Of(spec.ToolSelector))
        .Mapping("artifact", spec.Artifact is { } artifact ? SelectorNodes.Of(artifact) : null)
        .Text("mode", spec.Mode == PolicyMode.Enforce ? null : spec.Mode.ToString())
        .Mapping("network", Lists(spec.Network, EntryNodes.Of, EntryNodes.Of))
        .Mapping("storage", Lists(spec.Storage, EntryNodes.Of, EntryNodes.Of))
        .Mapping("environment", Lists(spec.Environment, EntryNodes.Of, EntryNodes.Of))
        .Mapping("config", Lists(spec.Config, EntryNodes.Of, EntryNodes.Of))
        .Mapping("limits", EntryNodes.Of(spec.Limits))
        .Build();

    public static Node Of(ClusterCapabilityPolicySpec spec) => new MappingBuilder()
        .Add("namespaceSelector", spec.NamespaceSelector is { } namespaces ? SelectorNodes.Of(namespaces) : null)
        .Add("toolSelector", spec.ToolSelector is { } tools ? SelectorNodes.Of(tools) : null)
        .Mapping("network", new MappingBuilder().Nodes("deny", spec.NetworkDeny.Select(EntryNodes.Of)))
        .Mapping("storage", new MappingBuilder().Nodes("deny", spec.StorageDeny.Select(EntryNodes.Of)))
        .Mapping("environment", new MappingBuilder().Nodes("deny", spec.EnvironmentDeny.Select(EntryNodes.Of)))
        .Mapping("config", new MappingBuilder().Nodes("deny", spec.ConfigDeny.Select(EntryNodes.Of)))
        .Mapping("limits", EntryNodes.Of(spec.Limits))
        .Plain("forbidAudit", spec.ForbidAudit ? "true" : null)
        .Add("registries", spec.Registries is { } registries ? SelectorNodes.Of(registries) : null)
        .Plain("requireSignatures", spec.RequireSignatures ? "true" : null)
        .Add("signers", spec.Signers is { } signers ? SelectorNodes.Of(signers) : null)
        .Build();

    public static MappingBuilder Of(StatedLimits limits) => EntryNodes.Of(limits);

    private static MappingNode Object<TSpec>(string kind, PolicyObject<TSpec> policy, Node spec) => new MappingBuilder()
        .Text("apiVersion", PolicyFile.ApiVersion)
        .Text("kind", kind)
        .Mapping("metadata", new MappingBuilder()
            .Text("name", policy.Name)
            .Text("namespace", policy.Namespace.Length == 0 ? null : policy.Namespace)
            .Plain("generation", policy.Generation == 0 ? null : $"{policy.Generation}"))
        .Add("spec", spec)
        .Build();

    private static MappingBuilder Lists<TAllow, TDeny>(EntryLists<TAllow, TDeny> lists, Func<TAllow, Node> allow, Func<TDeny, Node> deny) =>
        new MappingBuilder().Nodes("allow", lists.Allow.Select(allow)).Nodes("deny", lists.Deny.Select(deny));
}
