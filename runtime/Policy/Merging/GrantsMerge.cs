using System.Collections.Immutable;

namespace Tapedeck.Policy.Merging;

/// <summary>
/// Makes one snapshot of all that selects a tool: allows add up, denials win, limits take the strictest, and audit mode needs everyone's
/// word. Fails closed: RATIONALE.md, "What does a broken policy do to a tool?"
/// </summary>
public static class GrantsMerge
{
    /// <param name="lastGood">The snapshot before; null where there is none, as when a tool is new.</param>
    public static Grants Merge(MergeInput input, Grants? lastGood)
    {
        var stated = Sum(input);
        var problems = Problems(input);
        var sum = problems.IsEmpty ? stated : FailClosed(input, stated, lastGood?.Sum ?? Contribution.Nothing);
        return new Grants(sum, input.Generation, input.Addresses, problems) { Hash = input.Hash };
    }

    private static Contribution Sum(MergeInput input)
    {
        var sum = Contribution.Nothing with { Limits = input.ToolLimits };
        foreach (var policy in input.Policies)
        {
            sum = policy.Spec is { } spec ? sum.Plus(Contribution.Of(policy.Name, spec)) : sum;
        }
        foreach (var ceiling in input.Ceilings)
        {
            sum = ceiling.Spec is { } spec ? sum.Plus(Contribution.Of(ceiling.Name, spec)) : sum;
        }
        return sum;
    }

    /// <summary>No allow that was not in force before, every denial that was, and the stricter of old and new limits.</summary>
    private static Contribution FailClosed(MergeInput input, Contribution stated, Contribution last)
    {
        // Where the lists are incomplete, a policy that is not seen may still be there, so what it granted stays.
        var kept = input.Incomplete is null ? stated : stated.Plus(last);
        return kept.OnlyAllowing(last).Plus(last.TakingAway());
    }

    private static ImmutableArray<string> Problems(MergeInput input) =>
    [
        .. new[] { input.Incomplete }.OfType<string>(),
        .. input.Policies.Where(policy => policy.Spec is null).Select(policy => $"{policy.Name}: {policy.Problem}").Order(StringComparer.Ordinal),
        .. input.Ceilings.Where(ceiling => ceiling.Spec is null).Select(ceiling => $"ceiling {ceiling.Name}: {ceiling.Problem}").Order(StringComparer.Ordinal),
    ];
}
