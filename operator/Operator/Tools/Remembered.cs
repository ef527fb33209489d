using Tapedeck.Kube.Objects;

namespace Tapedeck.Operator.Tools;

/// <summary>
/// What pods said of this roll-out before the operator started, as the status has it: until one of them says something it stays said. Pure.
/// </summary>
internal static class Remembered
{
    /// <summary>With the refusal of before, where there is one and nothing was rolled out since.</summary>
    internal static Rollout Of(Rollout rollout, Observed observed, Applied applied)
    {
        // Of a pod that does not even start its trouble is the news, whatever one before it refused.
        var isUnheard = IsUnheard(observed, rollout) && observed.Pods is { Failure: null, Trouble: null } && !rollout.IsSettled && !rollout.HasFailed;
        var isSame = observed.Object.Find("status")?.Number("observedGeneration") == observed.Object.Metadata.Generation && observed.Deployment?.Metadata.Generation == applied.Deployment?.Metadata.Generation;
        return isUnheard && isSame && Condition.Find(observed.Object, Condition.Stalled) is { Status: true, Reason: Reasons.ComponentRefused } refused
            ? rollout with { HasFailed = true, Reason = refused.Reason, Message = refused.Message, Says = "" }
            : rollout;
    }

    /// <summary>The condition of before, where pods may still be of that mind; null where they said something since.</summary>
    internal static Condition? OfPolicies(Observed observed, Rollout rollout) =>
        IsUnheard(observed, rollout) && rollout.IsComplete ? Condition.Find(observed.Object, Condition.PolicyAccepted) : null;

    private static bool IsUnheard(Observed observed, Rollout rollout) =>
        observed.AsksPods && rollout is { Exists: true, Desired: > 0 } && observed.Report?.ToolConfigMap != rollout.ToolConfigMap;
}
