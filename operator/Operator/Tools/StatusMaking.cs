using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Objects;
using Tapedeck.Manifest;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Children;
using Tapedeck.Policy;

namespace Tapedeck.Operator.Tools;

/// <summary>What came of carrying out a plan.</summary>
/// <param name="Foreign">Objects of others that have the names that ours would have.</param>
/// <param name="Deployment">As it is now; null for none.</param>
internal sealed record Applied(ImmutableArray<string> Foreign, KubeObject? Deployment)
{
    /// <summary>Objects that have the names that ours would have, and are on their way out.</summary>
    internal ImmutableArray<string> Leaving { get; init; } = [];

    /// <summary>What the API server did not take; null where it took all.</summary>
    internal RefusedChild? Refused { get; init; }

    /// <summary>What has failed several times in a row; null where nothing has.</summary>
    internal FailedChild? Failed { get; init; }

    /// <summary>Of the plan's children those that are not as they are to be.</summary>
    internal ImmutableArray<Child> Undone { get; init; } = [];

    /// <summary>Pods that there were may not run: the plan withholds what they run, or what they read is not ours.</summary>
    internal bool IsStopped { get; init; }

    /// <summary>What failed and is tried again; null for nothing.</summary>
    internal Tapedeck.Kube.Client.ApiException? Late { get; init; }

    /// <summary>Whether these of the plan's children are as they are to be.</summary>
    internal bool Has(Func<Child, bool> which) => !Undone.Any(which);
}

/// <summary>From what was found and done to the status. Pure.</summary>
/// <remarks><see href="https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md"/>: Stalled is Failed, Reconciling is InProgress,
/// neither is Current.</remarks>
internal static class StatusMaking
{
    private const int MostCapabilities = 10;

    /// <summary>Of conflicts, and of what pods say is not as it should be.</summary>
    private const int MostTroubles = 5;

    private const int MostPolicies = 256;

    /// <summary>Of roll-outs that overtake each other the first one's artifact is what still serves.</summary>
    private const int MostSuperseded = 8;

    internal static JsonObject Status(Observed observed, Plan plan, Applied applied, DateTimeOffset now)
    {
        var tool = observed.Tool;
        JsonObject status = Json.Object(
            ("observedGeneration", observed.Object.Metadata.Generation),
            ("conditions", Json.Array(Conditions(observed, plan, applied).Select(condition => (JsonNode?)condition.ToJson(observed.Object, now)))),
            ("artifact", plan.Artifact is { } artifact ? Reported.Artifact(artifact, observed) : null),
            ("superseded", Json.Array(Superseded(observed, plan, applied).Select(old => (JsonNode?)old.ToJson())).OrNull()),
            ("tagHistory", TagHistory(observed, plan, applied)),
            ("tools", Reported.Tools(observed)),
            ("missingCapabilities", Reported.Missing(observed)),
            ("endpoint", tool is null ? null : JsonValue.Create(ServiceChildren.Url(tool))),
            ("policies", Json.Array(Policies(observed, plan, applied)).OrNull()),
            ("policyMode", plan.Grants is null ? null : JsonValue.Create(plan.Grants.Mode.ToString())),
            ("policyGeneration", IsHanded(plan, applied) && plan.Snapshot is { } snapshot ? JsonValue.Create(snapshot.Generation) : Copy(observed.Object, "policyGeneration")),
            ("enforcedPolicyGeneration", observed.Enforced is { } enforced ? JsonValue.Create(enforced) : Copy(observed.Object, "enforcedPolicyGeneration")),
            ("walls", plan.IsWhole && applied.Has(child => child.Resource == Kinds.NetworkPolicies) ? Json.Texts(plan.Walls).OrNull() : Reported.Before(observed, "walls")),
            ("lastHandledReconcileAt", observed.Object.Metadata.Annotations.GetValueOrDefault(Names.ReconcileAtAnnotation) is { Length: <= 253 } at ? JsonValue.Create(at) : null),
            ("replicas", Rollout.Of(applied.Deployment).Replicas),
            ("readyReplicas", Rollout.Of(applied.Deployment).Ready),
            ("selector", Names.PodSelector(observed.Object.Metadata.Name)));
        return status;
    }

    /// <summary>Whether pods can read the plan's snapshot. Else they have the one before: a number that nobody was handed would be another one in the next pass.</summary>
    private static bool IsHanded(Plan plan, Applied applied) => plan.Snapshot is not null && applied.Has(child => child.IsPolicy);

    private static IEnumerable<JsonNode?> Policies(Observed observed, Plan plan, Applied applied)
    {
        var before = IsHanded(plan, applied) || plan.Snapshot is null ? null
            : observed.Object.Find("status").Items("policies").ToLookup(entry => (entry.Text("kind"), entry.Text("name")), entry => entry.Number("generation") ?? 0);
        foreach (var name in observed.Policies.Names.Take(MostPolicies))
        {
            var generation = plan.Snapshot is null ? 0 : before is null ? name.Generation : before[(name.Kind, name.Name)].FirstOrDefault();
            yield return Json.Object(("kind", name.Kind), ("name", name.Name), ("generation", generation == 0 ? null : JsonValue.Create(generation)));
        }
    }

    internal static ImmutableArray<Condition> Conditions(Observed observed, Plan plan, Applied applied)
    {
        var rollout = Remembered.Of(Rollout.Of(applied.Deployment).With(observed.Pods), observed, applied);
        var obstacle = InTheWay(plan, applied);
        return
        [
            Withheld(plan, applied, obstacle, rollout) ?? Ready(observed, plan, obstacle, rollout),
            Resolved(observed, plan),
            Verified(observed, plan),
            PolicyAccepted(observed, plan, rollout),
            Reconciling(observed, plan, obstacle, rollout),
            Stalled(obstacle, rollout),
        ];
    }

    /// <summary>What keeps pods from running comes first, then what a person is to see to, then what passes.</summary>
    private static Obstacle? InTheWay(Plan plan, Applied applied)
    {
        if (plan.IsWithheld)
        {
            return plan.Obstacle;
        }
        if (applied.Refused is { } refused)
        {
            return new(Condition.Ready, Reasons.ChildRefused, refused.Text, refused.IsTerminal);
        }
        if (!applied.Foreign.IsEmpty)
        {
            return new(Condition.Ready, Reasons.NameConflict, $"{string.Join(", ", applied.Foreign)}: there is an object of this name that is not this tool's; delete it, or give the tool another name", IsTerminal: true);
        }
        if (!applied.Leaving.IsEmpty)
        {
            return new(Condition.Ready, Reasons.Clearing, $"{string.Join(", ", applied.Leaving)}: what a tool of this name left is being deleted", IsTerminal: false);
        }
        return applied.Failed is { } failed && plan.Obstacle is not { IsTerminal: true }
            ? new(Condition.Ready, Reasons.ChildFailed, failed.Text, IsTerminal: false)
            : plan.Obstacle;
    }

    /// <returns>Null where nothing keeps pods from running, or a ceiling does, which says so itself.</returns>
    private static Condition? Withheld(Plan plan, Applied applied, Obstacle? obstacle, Rollout rollout)
    {
        if (plan.IsWithheld)
        {
            return rollout.Desired == 0 ? null : new(Condition.Ready, false, plan.Obstacle!.Reason, $"{plan.Obstacle.Message}; pods are to be stopped, and still run: {applied.Refused?.Text ?? applied.Failed?.Text}");
        }
        var says = applied.IsStopped
            ? rollout.Desired == 0 ? "pods are stopped, since what they read is not this tool's" : "pods are to be stopped, since what they read is not this tool's, and still run"
            : rollout.StoppedFrom is null ? null : "pods were stopped, and are not asked for again yet";
        return says is null ? null : new(Condition.Ready, false, Reasons.Withheld, obstacle is null ? says : $"{says}: {obstacle.Message}");
    }

    private static Condition Ready(Observed observed, Plan plan, Obstacle? obstacle, Rollout rollout)
    {
        Condition Is(bool? status, string reason, string message) => new(Condition.Ready, status, reason, message);
        if (obstacle is { IsTerminal: true } && IsRefused(plan, obstacle) && (plan.IsWithheld || rollout.Available == 0 || obstacle.Type == Condition.Ready))
        {
            return Is(false, obstacle.Reason, obstacle.Message);
        }
        if (rollout.Exists && rollout.Desired == 0)
        {
            return Is(true, Reasons.ScaledToZero, "no pods are asked for");
        }
        if (rollout.Available == 0)
        {
            return NotServing(observed, obstacle, rollout);
        }
        if (Condition.Find(observed.Object, Condition.Ready)?.Status != true && !IsConfirmed(observed, plan, rollout))
        {
            return Is(null, Reasons.Confirming, $"{rollout.Available} pods pass their probes, and none has said yet that it serves {plan.Artifact?.Digest}: the operator asks them on port {PodPaths.OperationsPort}");
        }
        return Is(true, Reasons.Serving, obstacle is null ? $"{rollout.Available} of {rollout.Desired} pods serve{(plan.Note is { } note ? $"; {note}" : "")}" : $"what was before serves: {obstacle.Message}");
    }

    /// <summary>Whether what the spec asks for is not, or not all, applied.</summary>
    private static bool IsRefused(Plan plan, Obstacle obstacle) => !plan.IsWhole || obstacle.Reason is Reasons.NameConflict or Reasons.ChildRefused;

    private static Condition NotServing(Observed observed, Obstacle? obstacle, Rollout rollout)
    {
        Condition Is(bool? status, string reason, string message) => new(Condition.Ready, status, reason, message);
        if (rollout.HasFailed)
        {
            return Is(false, rollout.Reason, rollout.Message + rollout.Says);
        }
        if (!rollout.Exists)
        {
            return Is(null, observed.Object.Find("status", "conditions") is null ? Reasons.Initializing : Reasons.Resolving, obstacle?.Message ?? "the registry is asked");
        }
        var before = Condition.Find(observed.Object, Condition.Ready);
        // What served and does no longer, without anything being rolled out, is broken; what never served yet is starting.
        return rollout.IsComplete && before is { Status: true, Reason: Reasons.Serving } or { Status: false, Reason: Reasons.Unavailable }
            ? Is(false, Reasons.Unavailable, (rollout.Message.Length > 0 ? rollout.Message : "no pod is ready") + rollout.Says)
            : Is(null, Reasons.Starting, "no pod is ready yet" + rollout.Says);
    }

    private static Condition Resolved(Observed observed, Plan plan)
    {
        if (plan.Obstacle is { Type: Condition.ArtifactResolved } obstacle)
        {
            return new(Condition.ArtifactResolved, false, obstacle.Reason, obstacle.Message);
        }
        return plan.Artifact is { } artifact && observed.Tool is { } tool && artifact.Inputs == ResolveRequest.InputsOf(tool.Spec)
            ? new(Condition.ArtifactResolved, true, Reasons.Resolved, $"{artifact.Repository}{(artifact.Tag is null ? "" : $":{artifact.Tag}")}@{artifact.Digest}")
            : NotYet(Condition.ArtifactResolved, observed, plan.Obstacle, "the registry is asked");
    }

    /// <summary>What keeps the answer away, where something does that no time takes away: then nobody is being asked.</summary>
    private static Condition NotYet(string type, Observed observed, Obstacle? obstacle, string asked) =>
        observed.Tool is null ? new(type, null, Reasons.InvalidSpec, "the spec cannot be read")
        : obstacle is { IsTerminal: true } ? new(type, null, obstacle.Reason, obstacle.Message)
        : new(type, null, Reasons.Resolving, asked);

    private static Condition Verified(Observed observed, Plan plan)
    {
        if (plan.Obstacle is { Type: Condition.Verified } obstacle)
        {
            return new(Condition.Verified, false, obstacle.Reason, obstacle.Message);
        }
        if (observed.Tool is { Spec.Verify: null })
        {
            return new(Condition.Verified, false, Reasons.NotAsked, "spec.verify is not given: anybody who can write to the repository is trusted");
        }
        return plan.Artifact is { Signers.IsEmpty: false } artifact
            ? new(Condition.Verified, true, Reasons.Verified, $"signed by {string.Join(", ", artifact.Signers.Select(signer => signer.ToString()))}")
            : NotYet(Condition.Verified, observed, plan.Obstacle, "signatures are looked for");
    }

    private static Condition PolicyAccepted(Observed observed, Plan plan, Rollout rollout)
    {
        Condition Is(bool? status, string reason, string message) => new(Condition.PolicyAccepted, status, reason, message);
        if (plan.Obstacle is { Type: Condition.PolicyAccepted } obstacle)
        {
            return Is(false, obstacle.Reason, obstacle.Message);
        }
        if (plan.Grants is not { } grants)
        {
            return Is(null, Reasons.InvalidSpec, "the spec cannot be read");
        }
        var departed = observed.Policies.Departed;
        if (!departed.IsEmpty && grants.Problems.Length == departed.Length)
        {
            return Is(null, Reasons.PolicyDeleted, $"nothing new is granted, and denials stay, in case it comes back: {string.Join("; ", grants.Problems)}");
        }
        if (!grants.Problems.IsEmpty)
        {
            return Is(false, Reasons.InvalidPolicy, $"nothing new is granted, and denials stay: {string.Join("; ", grants.Problems)}");
        }
        if (NotAsGranted(observed, grants, rollout) is { } trouble)
        {
            return trouble;
        }
        if (Reported.Missing(observed) is JsonArray { Count: > 0 } missing)
        {
            return Is(true, Reasons.MissingCapabilities, $"the component asks for what no policy grants: {string.Join(", ", missing.Take(MostCapabilities).Select(item => item!.GetValue<string>()))}");
        }
        var policies = observed.Policies.Names.Count(name => name.Kind == Kinds.Policies.Kind);
        return policies == 0 ? Is(true, Reasons.NoPolicy, "no CapabilityPolicy selects this tool: it may do nothing")
            : grants.Mode == Tapedeck.Policy.Specs.PolicyMode.Audit ? Is(true, Reasons.Auditing, "what no rule allows is let through and reported")
            : Is(true, Reasons.Enforcing, $"{policies} policies select this tool");
    }

    /// <summary>What keeps pods from what policies say, though these can be read; null for nothing.</summary>
    private static Condition? NotAsGranted(Observed observed, Grants grants, Rollout rollout)
    {
        // While pods are replaced the old ones lack what the new ones have.
        var report = rollout.IsComplete && observed.Report?.ToolConfigMap == rollout.ToolConfigMap ? observed.Report : null;
        var before = Remembered.OfPolicies(observed, rollout);
        return before is { Reason: Reasons.NotFollowed } ? before
            : report is { Problems.IsEmpty: false }
                ? new(Condition.PolicyAccepted, false, Reasons.NotFollowed, $"a pod cannot follow what it was handed, and goes on with what it had: {Some(report.Problems)}")
            : grants.Conflicts.ToArray() is { Length: > 0 } conflicts
                ? new(Condition.PolicyAccepted, true, Reasons.PolicyConflict, $"policies say different things of this tool: {Some(conflicts)}")
            : report is { Unavailable.IsEmpty: false }
                ? new(Condition.PolicyAccepted, true, Reasons.MissingValues, $"what policies grant is not all there, and calls go without: {Some(report.Unavailable)}")
            : before is { Reason: Reasons.MissingValues } ? before
            : null;
    }

    private static string Some(IReadOnlyCollection<string> texts) => string.Join("; ", texts.Take(MostTroubles)) + (texts.Count > MostTroubles ? $"; and {texts.Count - MostTroubles} more" : "");

    private static Condition Reconciling(Observed observed, Plan plan, Obstacle? obstacle, Rollout rollout)
    {
        Condition Is(bool status, string reason, string message) => new(Condition.Reconciling, status, reason, message);
        if (obstacle is { IsTerminal: true } || rollout.HasFailed)
        {
            return Is(false, Reasons.Done, "nothing is tried again until something changes");
        }
        if (obstacle is not null)
        {
            return Is(true, obstacle.Reason, obstacle.Message);
        }
        if (!plan.IsWhole)
        {
            return Is(true, observed.Object.Find("status", "conditions") is null ? Reasons.Initializing : Reasons.Resolving, "the registry is asked");
        }
        return rollout.IsComplete && rollout.Available >= rollout.Desired
            ? WasDone(observed, plan) || rollout.Desired == 0 || IsConfirmed(observed, plan, rollout) ? Is(false, Reasons.Done, "everything is as it is to be")
                : Is(true, Reasons.Confirming, "pods are asked what they serve")
            : Is(true, Reasons.RollingOut, $"{rollout.Updated} of {rollout.Desired} pods are new, {rollout.Available} serve{rollout.Says}");
    }

    private static Condition Stalled(Obstacle? obstacle, Rollout rollout) =>
        obstacle is { IsTerminal: true } ? new(Condition.Stalled, true, obstacle.Reason, obstacle.Message)
        : rollout.HasFailed ? new(Condition.Stalled, true, rollout.Reason, rollout.Message + rollout.Says)
        : new(Condition.Stalled, false, Reasons.Progressing, "nothing is in the way");

    /// <summary>Whether a pod said that it serves what pods are to run, or nobody can be asked.</summary>
    private static bool IsConfirmed(Observed observed, Plan plan, Rollout rollout) =>
        !observed.AsksPods || (observed.Report is { } report && report.Digest == plan.Artifact?.Digest && report.ToolConfigMap == rollout.ToolConfigMap);

    /// <summary>Whether there is nothing new since everything was as it is to be: an operator that starts anew, and has asked nobody yet, does not doubt it.</summary>
    private static bool WasDone(Observed observed, Plan plan) => observed.Recorded?.Digest == plan.Artifact?.Digest && Condition.Find(observed.Object, Condition.Reconciling) is { Status: false, Reason: Reasons.Done };

    /// <summary>Whether all pods there are run the artifact of the plan, and serve.</summary>
    private static bool IsInUse(Observed observed, Plan plan, Applied applied) =>
        plan.Children.Any(child => child.Resource == Kinds.Deployments) && applied.Has(child => child.Resource == Kinds.Deployments) && Rollout.Of(applied.Deployment) is { IsComplete: true, Available: > 0 } rollout && IsConfirmed(observed, plan, rollout);

    private static ImmutableArray<Artifact> Superseded(Observed observed, Plan plan, Applied applied)
    {
        if (IsInUse(observed, plan, applied))
        {
            return [];
        }
        var isAnother = observed.Deployment is not null && observed.Recorded is { } recorded && plan.Artifact is { } artifact && !recorded.IsLike(artifact);
        Artifact[] all = isAnother ? [.. observed.Superseded, observed.Recorded!] : [.. observed.Superseded];
        return [.. all.Where(old => plan.Artifact is null || !old.IsLike(plan.Artifact)).DistinctBy(old => (old.Repository, old.Digest, string.Join(' ', old.Signers))).Take(MostSuperseded)];
    }

    private static JsonObject? TagHistory(Observed observed, Plan plan, Applied applied) =>
        plan.Artifact is { } artifact && IsInUse(observed, plan, applied) ? observed.TagRecord?.With(artifact.Ran).ToJson() : observed.TagRecord?.ToJson();

    private static JsonNode? Copy(KubeObject @object, string field) =>
        @object.Find("status", field) is { ValueKind: JsonValueKind.Number } value ? JsonNode.Parse(value.GetRawText()) : null;
}
