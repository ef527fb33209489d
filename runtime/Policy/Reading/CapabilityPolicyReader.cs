using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Reading;

/// <summary>Reads the spec of a CapabilityPolicy.</summary>
public static class CapabilityPolicyReader
{
    /// <summary>The spec, or null where something was added to <paramref name="problems"/>.</summary>
    /// <param name="field">Where the node is, such as <c>spec</c>.</param>
    public static CapabilityPolicySpec? Read(Node node, string field, ProblemList problems)
    {
        var before = problems.Count;
        var fields = new FieldReader(node, field, problems);
        var selector = fields.TakeRequired("toolSelector", "a label selector; {} selects every tool of the namespace");
        var spec = new CapabilityPolicySpec
        {
            ToolSelector = selector is null ? LabelSelector.Everything : LabelSelectorReader.Read(selector, fields.PathOf("toolSelector"), problems),
            Artifact = fields.TakeMapping("artifact") is { } artifact ? ArtifactReader.Read(artifact) : null,
            Mode = fields.TryTake<PolicyMode>("mode", Words.Exact, out var mode) ? mode : PolicyMode.Enforce,
            Network = ListsReader.Read<NetworkEntry, NetworkEntry>(fields.TakeMapping("network"), NetworkEntryReader.ReadAllow, NetworkEntryReader.ReadDeny),
            Storage = ListsReader.Read<StorageEntry, StorageDenyEntry>(fields.TakeMapping("storage"), StorageEntryReader.Read, StorageDenyReader.Read),
            Environment = ListsReader.Read<KeyEntry, KeyPattern>(fields.TakeMapping("environment"), KeyEntryReader.ReadVariable, KeyEntryReader.ReadVariablePattern),
            Config = ListsReader.Read<KeyEntry, KeyPattern>(fields.TakeMapping("config"), KeyEntryReader.ReadKey, KeyEntryReader.ReadKeyPattern),
            Limits = LimitsReader.Read(fields.TakeMapping("limits")),
        };
        fields.Done();
        return problems.Count > before ? null : spec;
    }
}
