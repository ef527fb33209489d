using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Operator.Policies;

/// <summary>Which policies and ceilings select a tool. What cannot be read selects whatever it may have been meant for.</summary>
internal static class Selecting
{
    /// <param name="policies">Of the tool's namespace.</param>
    /// <param name="ceilings">Of the cluster.</param>
    internal static SelectedPolicies Of(
        ToolFacts tool, IEnumerable<PolicyEntry<CapabilityPolicySpec>> policies, IEnumerable<PolicyEntry<ClusterCapabilityPolicySpec>> ceilings, AddressPlan addresses)
    {
        PolicyEntry<CapabilityPolicySpec>[] selecting = [.. policies.Where(entry => Selects(entry, tool)).OrderBy(entry => entry.Object.Metadata.Name, StringComparer.Ordinal)];
        PolicyEntry<ClusterCapabilityPolicySpec>[] above = [.. ceilings.Where(entry => Selects(entry, tool)).OrderBy(entry => entry.Object.Metadata.Name, StringComparer.Ordinal)];
        var input = new MergeInput
        {
            Generation = 0,
            Policies = [.. selecting.Select(entry => entry.Input)],
            Ceilings = [.. above.Select(entry => entry.Input)],
            Addresses = addresses,
        };
        return new SelectedPolicies(input, [.. selecting.Select(entry => entry.Name), .. above.Select(entry => entry.Name)]);
    }

    internal static bool Selects(PolicyEntry<CapabilityPolicySpec> entry, ToolFacts tool) =>
        entry.Spec is { } spec ? spec.Selects(tool) : entry.Selector?.Matches(tool.Labels) != false;

    internal static bool Selects(PolicyEntry<ClusterCapabilityPolicySpec> entry, ToolFacts tool) =>
        entry.Spec is { } spec ? spec.Selects(tool) : entry.Selector?.Matches(tool.Labels) != false;
}
