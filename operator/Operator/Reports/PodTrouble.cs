using System.Text.Json;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Tools;

namespace Tapedeck.Operator.Reports;

/// <summary>Why a pod does not come up, in the words of the scheduler and of kubelet. Pure.
/// <see href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/"/></summary>
internal static class PodTrouble
{
    private const int MostCharacters = 512;

    /// <summary>What every container says that is about to start, or waits for a volume.</summary>
    private static readonly string[] Usual = ["", "ContainerCreating", "PodInitializing"];

    /// <summary>Of an image that does not come, while it is tried and while the next try is waited for.</summary>
    private static readonly string[] Pulling = ["ErrImagePull", "ImagePullBackOff"];

    /// <summary>Null where nobody says anything.</summary>
    internal static string? Of(KubeObject pod)
    {
        var text = Condition.Find(pod, "PodScheduled") is { Status: false } unscheduled ? Sentence(unscheduled.Reason, unscheduled.Message)
            : pod.Find("status").Text("phase") == "Failed" ? Sentence(pod.Find("status").Text("reason"), pod.Find("status").Text("message"))
            : pod.Find("status").Items("containerStatuses").Select(OfContainer).FirstOrDefault(said => said is not null);
        return text is null ? null : $"pod {pod.Metadata.Name}: {(text.Length <= MostCharacters ? text : text[..MostCharacters])}";
    }

    /// <summary>A volume that is not there is told in an event of kubelet's alone.</summary>
    internal static bool MayWaitForVolumes(KubeObject pod) =>
        Condition.Find(pod, "PodScheduled")?.Status == true && pod.Find("status").Items("containerStatuses").Any(status => status.Field("state").Field("waiting").Text("reason") == "ContainerCreating");

    /// <summary>What of others a pod does not start without. What is our own comes back where somebody deletes it.</summary>
    internal static IEnumerable<(Resource Resource, string Name, string[] Keys)> Needed(KubeObject pod) =>
        from volume in pod.Find("spec").Items("volumes")
        where volume.Text("name") is not (Children.PodVolumes.ToolVolume or Children.PodVolumes.PolicyVolume)
        let secret = volume.Field("secret")
        let source = secret ?? volume.Field("configMap")
        where source is { } one && !one.Flag("optional")
        let name = secret is null ? source.Text("name") : secret.Text("secretName")
        where name is { Length: > 0 }
        select (secret is null ? Kinds.ConfigMaps : Kinds.Secrets, name, source.Items("items").Select(item => item.Text("key")).OfType<string>().ToArray());

    private static string? OfContainer(JsonElement status)
    {
        var (waiting, ended) = (status.Field("state").Field("waiting"), status.Field("state").Field("terminated") ?? status.Field("lastState").Field("terminated"));
        var reason = waiting.Text("reason") ?? "";
        return ended is { } end && (waiting is null || reason == "CrashLoopBackOff")
                // The same text whether it runs again or waits to, and for how long.
                ? $"the container ended: {Sentence(end.Text("reason"), end.Text("message"))}, exit code {end.Number("exitCode") ?? 0}"
            : Usual.Contains(reason) ? null
            // Kubelet goes to and fro between the two, and words each try otherwise.
            : Pulling.Contains(reason) ? $"the image {status.Text("image")} cannot be pulled; the events of the pod say why"
            : Sentence(reason, waiting.Text("message"));
    }

    private static string Sentence(string? reason, string? message) => string.Join(": ", new[] { reason, message }.Where(text => !string.IsNullOrEmpty(text)));
}
