using System.Globalization;
using System.Text.Json;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Reports;

namespace Tapedeck.Operator.Tools;

/// <summary>How far a Deployment is.</summary>
/// <param name="Message">What it says of itself where something is wrong.</param>
internal sealed record Rollout(bool Exists, int Desired, int Replicas, int Updated, int Ready, int Available, bool IsObserved, bool HasFailed, string Message)
{
    /// <summary>Why it failed, where it did.</summary>
    internal string Reason { get; init; } = Reasons.RolloutFailed;

    /// <summary>What is said of pods that are not ready, or not there, as the end of a sentence.</summary>
    internal string Says { get; init; } = "";

    /// <summary>What its new pods are to serve.</summary>
    internal string ToolConfigMap { get; init; } = "";

    /// <summary>How many pods it asked for before the operator stopped them; null where it did not.</summary>
    internal int? StoppedFrom { get; init; }

    /// <summary>All pods that there are to be are new, and no old one is left.</summary>
    internal bool IsComplete => IsObserved && Updated >= Desired && Replicas <= Updated;

    /// <summary>That is all of them, and all serve.</summary>
    internal bool IsSettled => IsComplete && Available >= Desired;

    internal static Rollout Of(KubeObject? deployment)
    {
        if (deployment is null)
        {
            return new(false, 0, 0, 0, 0, 0, false, false, "");
        }
        var isObserved = Number(deployment, "status", "observedGeneration") >= deployment.Metadata.Generation;
        var progressing = Condition.Find(deployment, "Progressing");
        // Of an older generation it says nothing about this one.
        var hasFailed = isObserved && progressing is { Status: false, Reason: "ProgressDeadlineExceeded" };
        var failure = Condition.Find(deployment, "ReplicaFailure") is { Status: true } known ? known : null;
        var trouble = hasFailed ? progressing : Condition.Find(deployment, "Available");
        return new(
            true,
            deployment.Find("spec", "replicas") is null ? 1 : Number(deployment, "spec", "replicas"),
            Number(deployment, "status", "replicas"),
            Number(deployment, "status", "updatedReplicas"),
            Number(deployment, "status", "readyReplicas"),
            Number(deployment, "status", "availableReplicas"),
            isObserved,
            hasFailed,
            trouble is null ? "" : $"{trouble.Reason}: {trouble.Message}")
        {
            StoppedFrom = deployment.Metadata.Annotations.GetValueOrDefault(Names.StoppedFromAnnotation) is { } before ? int.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 1 : null,
            // Why pods cannot even be made: a quota, or who admits them.
            Says = failure is null ? "" : $"; {failure.Reason}: {failure.Message}",
            ToolConfigMap = PodFailure.ToolConfigMapOf(deployment.Find("spec", "template", "spec")),
        };
    }

    /// <summary>
    /// With what is known of new pods: Kubernetes would wait for ten minutes for a component that cannot be loaded, and would not say why.
    /// </summary>
    internal Rollout With(PodAnswer pods)
    {
        if (IsSettled)
        {
            return this;
        }
        var heard = pods.Trouble is { } trouble ? this with { Says = $"{Says}; {trouble}" } : this;
        if (pods.Failure is not { } failure || failure.ToolConfigMap != ToolConfigMap)
        {
            return heard;
        }
        var says = $"a new pod does not serve: {failure.Reason}: {failure.Message}";
        return failure.IsRetryable ? heard with { Says = $"{heard.Says}; {says}" } : heard with { HasFailed = true, Reason = Reasons.ComponentRefused, Message = says };
    }

    private static int Number(KubeObject @object, string first, string second) =>
        @object.Find(first, second) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : 0;
}
