namespace Tapedeck.Policy;

/// <summary>The answer to a request. The default is a denial.</summary>
/// <param name="Message">Why, for people; empty where a rule granted it.</param>
/// <param name="Rule">The rule that decided; null where none did.</param>
/// <param name="Generation">Of the grants that were asked.</param>
public readonly record struct Decision(Verdict Verdict, DecisionReason Reason, string Message, RuleReference? Rule, long Generation)
{
    public bool Allowed => Verdict != Verdict.Denied;

    /// <summary>True where only audit mode let it pass.</summary>
    public bool WouldDeny => Verdict == Verdict.WouldDeny;

    public override string ToString() => Verdict switch
    {
        Verdict.Allowed => Rule is null ? "allowed" : $"allowed by {Rule}",
        Verdict.WouldDeny => $"would be denied: {Message}",
        _ => $"denied: {Message}",
    };
}
