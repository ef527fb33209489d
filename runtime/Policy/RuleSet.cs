using System.Collections.Immutable;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy;

/// <summary>The rules about one kind of capability: a set, kept in one order whatever order it was put together in.</summary>
/// <param name="Deny">Denials of policies.</param>
/// <param name="Ceiling">Denials of ceilings.</param>
public sealed record RuleSet<TAllow, TDeny>(
    ImmutableArray<Rule<TAllow>> Allow, ImmutableArray<Rule<TDeny>> Deny, ImmutableArray<Rule<TDeny>> Ceiling)
    where TAllow : notnull
    where TDeny : notnull
{
    internal static RuleSet<TAllow, TDeny> Empty { get; } = new([], [], []);

    internal static RuleSet<TAllow, TDeny> Of(string policy, string field, EntryLists<TAllow, TDeny> entries) => new(
        Rules(RuleTier.Policy, policy, $"{field}.allow", entries.Allow),
        Rules(RuleTier.Policy, policy, $"{field}.deny", entries.Deny),
        []);

    internal static RuleSet<TAllow, TDeny> OfCeiling(string ceiling, string field, ImmutableArray<TDeny> deny) =>
        new([], [], Rules(RuleTier.Ceiling, ceiling, $"{field}.deny", deny));

    internal RuleSet<TAllow, TDeny> Plus(RuleSet<TAllow, TDeny> other) =>
        new(Union(Allow, other.Allow), Union(Deny, other.Deny), Union(Ceiling, other.Ceiling));

    /// <summary>Without the allows that <paramref name="known"/> does not have.</summary>
    internal RuleSet<TAllow, TDeny> OnlyAllowing(RuleSet<TAllow, TDeny> known)
    {
        var contents = known.Allow.Select(rule => rule.Content).ToHashSet(StringComparer.Ordinal);
        return this with { Allow = [.. Allow.Where(rule => contents.Contains(rule.Content))] };
    }

    internal IEnumerable<StatedRule> Stated(string capability) =>
    [
        .. Allow.Select(rule => new StatedRule(capability, true, $"{rule.Entry}", rule.Reference)),
        .. Deny.Concat(Ceiling).Select(rule => new StatedRule(capability, false, $"{rule.Entry}", rule.Reference)),
    ];

    private static ImmutableArray<Rule<TEntry>> Rules<TEntry>(RuleTier tier, string policy, string field, ImmutableArray<TEntry> entries)
        where TEntry : notnull =>
        [.. entries.Select((entry, index) => new Rule<TEntry>(new RuleReference(tier, policy, $"spec.{field}[{index}]"), entry))];

    private static ImmutableArray<Rule<TEntry>> Union<TEntry>(ImmutableArray<Rule<TEntry>> one, ImmutableArray<Rule<TEntry>> two)
        where TEntry : notnull =>
    [
        .. one.Concat(two)
            .OrderBy(rule => rule.Content, StringComparer.Ordinal)
            .ThenBy(rule => rule.Reference.Field.Length).ThenBy(rule => rule.Reference.Field, StringComparer.Ordinal)
            .DistinctBy(rule => rule.Content),
    ];
}
