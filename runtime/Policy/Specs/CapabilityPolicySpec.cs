using Tapedeck.Policy.Limits;

namespace Tapedeck.Policy.Specs;

/// <summary>The spec of a CapabilityPolicy: what the tools that it selects may do.</summary>
public sealed record CapabilityPolicySpec
{
    /// <summary>Which tools of the namespace. An empty selector, written out, is all of them.</summary>
    public required LabelSelector ToolSelector { get; init; }

    /// <summary>Which artifacts of those; null is any.</summary>
    public ArtifactSelector? Artifact { get; init; }

    public PolicyMode Mode { get; init; } = PolicyMode.Enforce;

    public EntryLists<NetworkEntry, NetworkEntry> Network { get; init; } = new([], []);

    public EntryLists<StorageEntry, StorageDenyEntry> Storage { get; init; } = new([], []);

    public EntryLists<KeyEntry, KeyPattern> Environment { get; init; } = new([], []);

    public EntryLists<KeyEntry, KeyPattern> Config { get; init; } = new([], []);

    public StatedLimits Limits { get; init; } = StatedLimits.None;

    public bool Selects(ToolFacts tool) => ToolSelector.Matches(tool.Labels) && (Artifact is null || Artifact.Matches(tool));
}
