using System.Collections.Immutable;
using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Operator.Policies;

/// <summary>What a policy and others say differently of one tool, so that neither is granted. Pure.</summary>
internal static class Conflicts
{
    internal const int Most = 50;
    internal const int MostCharacters = 1_024;

    /// <summary>Tools that the same policies select have the same conflicts; of more sets of policies than this the rest is not looked at.</summary>
    private const int MostSets = 64;

    /// <param name="policies">Of the namespace.</param>
    /// <param name="selected">The tools that the policy selects.</param>
    internal static ImmutableArray<string> Of(PolicyEntry<CapabilityPolicySpec> policy, IEnumerable<PolicyEntry<CapabilityPolicySpec>> policies, IEnumerable<ToolFacts> selected)
    {
        if (!MayConflict(policy))
        {
            return [];
        }
        PolicyEntry<CapabilityPolicySpec>[] all = [.. policies.Where(MayConflict).OrderBy(entry => entry.Object.Metadata.Name, StringComparer.Ordinal)];
        var sets = selected.Select(tool => all.Where(entry => Selecting.Selects(entry, tool)).ToArray())
            .Where(set => set.Length > 1)
            .DistinctBy(set => string.Join(' ', set.Select(entry => entry.Object.Metadata.Name)))
            .Take(MostSets);
        return
        [
            .. sets.SelectMany(set => GrantsMerge.Merge(new MergeInput { Generation = 0, Policies = [.. set.Select(entry => entry.Input)] }, null).Conflicts)
                // A reference to a rule begins with its policy.
                .Where(conflict => conflict.Contains($" {policy.Object.Key} ", StringComparison.Ordinal))
                .Distinct()
                .Order(StringComparer.Ordinal)
                .Select(conflict => conflict.Length <= MostCharacters ? conflict : conflict[..MostCharacters])
                .Take(Most),
        ];
    }

    /// <summary>Hosts add up; what has one value does not.</summary>
    private static bool MayConflict(PolicyEntry<CapabilityPolicySpec> policy) =>
        policy.Spec is { } spec && !(spec.Environment.Allow.IsEmpty && spec.Config.Allow.IsEmpty && spec.Storage.Allow.IsEmpty);
}
