using System.Collections.Immutable;
using Tapedeck.Kube.Events;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Operator.Tools;

/// <summary>What happened to a tool between two statuses: an event for each transition, and none where nothing changed. Pure.</summary>
internal static class ToolEvents
{
    /// <summary>What is on its way is a condition, and no news. Of the others, those whose trouble Ready may not tell of, since what was before serves.</summary>
    private static readonly string[] OfTrouble = [Condition.ArtifactResolved, Condition.Verified, Condition.PolicyAccepted, Condition.Stalled];

    internal static IEnumerable<KubeEvent> Of(KubeObject before, KubeObject after, ImmutableArray<Condition> conditions)
    {
        KubeEvent Event(EventType type, string reason, string message) => new(type, ObjectReference.To(before), reason, "Reconcile", message);

        HashSet<string> told = [];
        foreach (var condition in conditions.Where(condition => HasChanged(before, condition)))
        {
            var isTrouble = condition.Type == Condition.Stalled ? condition.Status == true : IsTrouble(condition);
            // One cause is in several conditions.
            if (((condition.Type == Condition.Ready && condition.Status is not null) || (isTrouble && OfTrouble.Contains(condition.Type))) && told.Add(condition.Reason))
            {
                yield return Event(isTrouble ? EventType.Warning : EventType.Normal, condition.Reason, condition.Message);
            }
        }
        if (Hash(before) is { Length: > 0 } was && Hash(after) is { Length: > 0 } now && was != now)
        {
            yield return Event(EventType.Normal, Reasons.ToolsChanged, "names, descriptions or schemas of the tools are others than before; who trusted the old ones should look at the new ones");
        }
    }

    private static bool HasChanged(KubeObject before, Condition condition)
    {
        var was = Condition.Find(before, condition.Type);
        return was?.Status != condition.Status || was?.Reason != condition.Reason;
    }

    /// <summary>That no signature was asked for is a fact and no trouble.</summary>
    private static bool IsTrouble(Condition condition) => condition is { Status: false, Reason: not Reasons.NotAsked } or { Reason: Reasons.MissingCapabilities };

    private static string? Hash(KubeObject tool) => tool.Find("status", "tools").Text("hash");
}
