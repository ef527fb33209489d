using System.Collections.Immutable;
using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Operator.Policies;

/// <summary>Which policies and ceilings select a tool. What cannot be read selects whatever it may have been meant for.</summary>
internal static class Selecting
{
    /// <param name="inPlay">The tool as each artifact that its pods run or may come to run makes it; at least one.</param>
    /// <param name="policies">Of the tool's namespace.</param>
    /// <param name="ceilings">Of the cluster.</param>
    /// <param name="departed">Those that are deleted and still count.</param>
    internal static SelectedPolicies Of(
        string @namespace, IReadOnlyList<ToolFacts> inPlay, IEnumerable<PolicyEntry<CapabilityPolicySpec>> policies, IEnumerable<PolicyEntry<ClusterCapabilityPolicySpec>> ceilings, ImmutableArray<PolicyName> departed, AddressPlan addresses)
    {
        PolicyEntry<CapabilityPolicySpec>[] selecting = [.. policies.Where(entry => inPlay.Any(tool => Selects(entry, tool))).OrderBy(entry => entry.Object.Metadata.Name, StringComparer.Ordinal)];
        PolicyEntry<ClusterCapabilityPolicySpec>[] above = [.. ceilings.Where(entry => inPlay.Any(tool => Selects(entry, tool))).OrderBy(entry => entry.Object.Metadata.Name, StringComparer.Ordinal)];
        var input = new MergeInput
        {
            Generation = 0,
            // Pods of two artifacts read one snapshot while they are replaced, so that what grants something to one of them only grants nothing.
            Policies =
            [
                .. selecting.Select(entry => inPlay.All(tool => Selects(entry, tool)) ? entry.Input : Denials(entry)),
                .. Departed(Kinds.Policies.Kind).Select(name => new PolicyInput<CapabilityPolicySpec>($"{@namespace}/{name.Name}", null, Deleted)),
            ],
            Ceilings = [.. above.Select(entry => entry.Input), .. Departed(Kinds.Ceilings.Kind).Select(name => new PolicyInput<ClusterCapabilityPolicySpec>(name.Name, null, Deleted))],
            Addresses = addresses,
        };
        return new SelectedPolicies(input, [.. selecting.Select(entry => entry.Name), .. above.Select(entry => entry.Name), .. departed], departed);

        IEnumerable<PolicyName> Departed(string kind) => departed.Where(name => name.Kind == kind).OrderBy(name => name.Name, StringComparer.Ordinal);
    }

    internal static bool Selects(PolicyEntry<CapabilityPolicySpec> entry, ToolFacts tool) =>
        entry.Spec is { } spec ? spec.Selects(tool) : entry.Selector?.Matches(tool.Labels) != false;

    internal static bool Selects(PolicyEntry<ClusterCapabilityPolicySpec> entry, ToolFacts tool) =>
        entry.Spec is { } spec ? spec.Selects(tool) : entry.Selector?.Matches(tool.Labels) != false;

    // The same words at every look, since the snapshot has them in it.
    private static string Deleted => $"it was deleted; what it denied stays denied for {Policies.Departed.Grace.TotalMinutes:0} minutes, in case it comes back";

    private static PolicyInput<CapabilityPolicySpec> Denials(PolicyEntry<CapabilityPolicySpec> entry) => entry.Input with
    {
        Spec = entry.Spec is not { } spec ? null : spec with
        {
            Mode = PolicyMode.Enforce,
            Network = spec.Network with { Allow = [] },
            Storage = spec.Storage with { Allow = [] },
            Environment = spec.Environment with { Allow = [] },
            Config = spec.Config with { Allow = [] },
        },
    };
}
