using System.Collections.Immutable;
using Tapedeck.Policy.Limits;

namespace Tapedeck.Policy.Specs;

/// <summary>The spec of a ClusterCapabilityPolicy: a ceiling over the policies of namespaces. It takes away and never grants.</summary>
public sealed record ClusterCapabilityPolicySpec
{
    /// <summary>Which namespaces, by their labels; null is all.</summary>
    public LabelSelector? NamespaceSelector { get; init; }

    /// <summary>Which tools of those; null is all.</summary>
    public LabelSelector? ToolSelector { get; init; }

    public ImmutableArray<NetworkEntry> NetworkDeny { get; init; } = [];

    public ImmutableArray<StorageDenyEntry> StorageDeny { get; init; } = [];

    public ImmutableArray<KeyPattern> EnvironmentDeny { get; init; } = [];

    public ImmutableArray<KeyPattern> ConfigDeny { get; init; } = [];

    public StatedLimits Limits { get; init; } = StatedLimits.None;

    public bool ForbidAudit { get; init; }

    /// <summary>The repositories that artifacts may come from; null is any, and empty is none.</summary>
    public ImmutableArray<RepositoryPrefix>? Registries { get; init; }

    /// <summary>An artifact has to be signed by somebody whom its tool trusts.</summary>
    public bool RequireSignatures { get; init; }

    /// <summary>An artifact has to be signed by one of these; null asks nothing, and empty is nobody.</summary>
    public ImmutableArray<Signer>? Signers { get; init; }

    public bool Selects(ToolFacts tool) =>
        NamespaceSelector?.Matches(tool.NamespaceLabels) != false && ToolSelector?.Matches(tool.Labels) != false;
}
