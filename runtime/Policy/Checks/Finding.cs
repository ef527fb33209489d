using Tapedeck.Policy.Requests;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Checks;

/// <summary>What a check found.</summary>
internal readonly record struct Finding(DecisionReason Reason, RuleReference? Rule, string Message)
{
    internal static Finding Granted(RuleReference rule) => new(DecisionReason.Granted, rule, "");

    internal static Finding NoRule(in HostRequest request) => new(DecisionReason.NoRule, null, $"no rule allows {request}");

    internal static Finding Denied(in HostRequest request, RuleReference rule) => new(
        rule.Tier == RuleTier.Ceiling ? DecisionReason.DeniedByCeiling : DecisionReason.DeniedByPolicy, rule, $"{rule} denies {request}");

    internal static Finding Never(string message) => new(DecisionReason.NeverGrantable, null, message);

    internal static Finding Malformed(string message) => new(DecisionReason.Malformed, null, message);

    /// <summary>Audit mode lets pass what is merely not allowed.</summary>
    internal Decision Decision(PolicyMode mode, long generation) => new(VerdictIn(mode), Reason, Message, Rule, generation);

    private Verdict VerdictIn(PolicyMode mode) => Reason switch
    {
        DecisionReason.Granted => Verdict.Allowed,
        DecisionReason.NoRule or DecisionReason.ReadOnly when mode == PolicyMode.Audit => Verdict.WouldDeny,
        _ => Verdict.Denied,
    };
}
