namespace Tapedeck.Policy;

/// <summary>Where a rule is written.</summary>
/// <param name="Policy">The policy, as <c>namespace/name</c>, or the name of a ceiling.</param>
/// <param name="Field">The entry, such as <c>spec.network.allow[0]</c>.</param>
public sealed record RuleReference(RuleTier Tier, string Policy, string Field)
{
    public override string ToString() => Tier == RuleTier.Ceiling ? $"ceiling {Policy} {Field}" : $"{Policy} {Field}";
}
