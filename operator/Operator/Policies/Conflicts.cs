using System.Collections.Immutable;
using Tapedeck.Kube.Objects;
using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Operator.Policies;

/// <summary>
/// What a policy and others say differently of one tool, so that neither is granted. Remembers which policies select which kind of tool: when one tool changes all
/// policies of its namespace are looked at again, of which each would ask all others about all tools. For one thread.
/// </summary>
internal sealed class Conflicts(Func<PolicyEntry<CapabilityPolicySpec>, ToolFacts, bool> selects)
{
    internal const int Most = 50;
    internal const int MostCharacters = 1_024;

    /// <summary>Tools that the same policies select have the same conflicts; of more sets of policies than this the rest is not looked at.</summary>
    private const int MostSets = 64;

    /// <summary>Kinds of tools, of all namespaces; beyond that it begins anew.</summary>
    private const int MostRemembered = 20_000;

    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);
    private int _remembered;

    /// <param name="policies">Of the namespace.</param>
    /// <param name="selected">The tools that the policy selects.</param>
    internal ImmutableArray<string> Of(PolicyEntry<CapabilityPolicySpec> policy, IEnumerable<PolicyEntry<CapabilityPolicySpec>> policies, IEnumerable<(KubeObject Tool, ToolFacts Facts)> selected)
    {
        if (!MayConflict(policy))
        {
            return [];
        }
        var known = KnownOf(policy.Object.Metadata.Namespace, [.. policies.Where(MayConflict).OrderBy(entry => entry.Object.Metadata.Name, StringComparer.Ordinal)]);
        return
        [
            .. selected.Select(tool => SetOf(known, tool.Tool, tool.Facts))
                .Where(set => set.Policies.Length > 1)
                .Distinct()
                .Take(MostSets)
                .SelectMany(set => set.Conflicts)
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

    private Known KnownOf(string @namespace, PolicyEntry<CapabilityPolicySpec>[] all)
    {
        if (_remembered > MostRemembered)
        {
            _known.Clear();
            _remembered = 0;
        }
        // A status that is written makes no other policy of it.
        var state = string.Join(' ', all.Select(entry => $"{entry.Object.Metadata.Uid}:{entry.Object.Metadata.Generation}"));
        return _known.TryGetValue(@namespace, out var known) && known.State == state ? known : _known[@namespace] = new Known(state, all);
    }

    private Set SetOf(Known known, KubeObject tool, ToolFacts facts)
    {
        var kind = Stated.By(tool).Kind;
        if (!known.ByKind.TryGetValue(kind, out var set))
        {
            PolicyEntry<CapabilityPolicySpec>[] policies = [.. known.Policies.Where(entry => selects(entry, facts))];
            var names = string.Join(' ', policies.Select(entry => entry.Object.Metadata.Name));
            set = known.ByNames.TryGetValue(names, out var same) ? same : known.ByNames[names] = new Set(policies);
            known.ByKind[kind] = set;
            _remembered++;
        }
        return set;
    }

    /// <summary>Of one namespace, while its policies say the same.</summary>
    private sealed record Known(string State, PolicyEntry<CapabilityPolicySpec>[] Policies)
    {
        internal Dictionary<string, Set> ByKind { get; } = new(StringComparer.Ordinal);
        internal Dictionary<string, Set> ByNames { get; } = new(StringComparer.Ordinal);
    }

    /// <summary>Policies that select some tool together.</summary>
    private sealed class Set(PolicyEntry<CapabilityPolicySpec>[] policies)
    {
        private ImmutableArray<string>? _conflicts;

        internal PolicyEntry<CapabilityPolicySpec>[] Policies => policies;

        internal ImmutableArray<string> Conflicts => _conflicts ??=
            [.. GrantsMerge.Merge(new MergeInput { Generation = 0, Policies = [.. policies.Select(entry => entry.Input)] }, null).Conflicts];
    }
}
