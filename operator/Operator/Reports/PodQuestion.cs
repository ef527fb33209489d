using System.Net;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Manifest;
using Tapedeck.Operator.Tools;

namespace Tapedeck.Operator.Reports;

/// <summary>Asks the operations port of a tool's pods for their status. Labels make no pod one of them: anybody may write those who may make pods.</summary>
internal sealed class PodQuestion(KubeClient client, HttpClient http, TimeProvider time)
{
    internal const int MostAtOnce = 8;

    /// <summary>Of one answer. Tenants' pods may say anything, and so many may say it at once.</summary>
    internal const int MostBytes = 512 << 10;

    /// <summary>Whoever has not been asked by then is silent: a thousand pods that nobody reaches are to hold up no other tool's.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>For <see cref="PodQuestion"/>: pods are asked by address, never through a proxy, and what they say is bounded.</summary>
    internal static HttpClient MakeHttp() =>
        new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(5), MaxResponseContentBufferSize = MostBytes };

    /// <exception cref="ApiException">It is not known which pods there are.</exception>
    internal async Task<PodAnswer> AskAsync(ObjectKey tool, CancellationToken cancellationToken)
    {
        var said = new List<Word>();
        // The newest first: of two versions it has the one that is to be.
        var deployment = await DeploymentAsync(tool, cancellationToken);
        KubeObject[] pods = deployment is null ? [] : [.. (await PodsAsync(tool, deployment, cancellationToken)).OrderByDescending(pod => pod.Metadata.CreationTimestamp)];
        var start = time.GetTimestamp();
        foreach (var some in pods.Where(pod => !HasEnded(pod)).Chunk(MostAtOnce))
        {
            said.AddRange(time.GetElapsedTime(start) < Deadline
                ? await Task.WhenAll(some.Select(pod => AskAsync(tool, pod, cancellationToken)))
                : some.Select(pod => new Word(pod.Metadata.Name, IsReady(pod), null, null)));
        }
        var unready = deployment is null ? null : Unready(pods, Rollout.Of(deployment).ToolConfigMap);
        return Sum(said) with { Trouble = unready is null ? null : PodTrouble.Of(unready) ?? await MissingAsync(unready, cancellationToken) };
    }

    /// <param name="said">The newest first.</param>
    private static PodAnswer Sum(IReadOnlyList<Word> said)
    {
        // One that neither answers nor is ready runs no calls; one that is ready and does not answer may enforce anything.
        Word[] serving = [.. said.Where(word => word.Report is not null || word.IsReady)];
        Word[] newer = [.. said.TakeWhile(word => word.Report is null)];
        var failing = newer.FirstOrDefault(word => word.Failure is not null);
        return new PodAnswer(serving.Select(word => word.Report).FirstOrDefault(report => report is not null), failing?.Failure)
        {
            Failing = failing?.Pod ?? "",
            Silent = [.. newer.Where(word => word.Failure is null).Select(word => word.Pod)],
            Enforced = serving.Length > 0 && serving.All(word => word.Report is not null) ? [.. serving.Select(word => word.Report!.Policy).Distinct()] : null,
        };
    }

    /// <summary>The pod of a roll-out whose trouble keeps it: the newest that is not ready, and one that has ended only where there is no other.</summary>
    /// <param name="pods">The newest first.</param>
    private static KubeObject? Unready(KubeObject[] pods, string toolConfigMap)
    {
        KubeObject[] all = [.. pods.Where(pod => PodFailure.ToolConfigMapOf(pod.Find("spec")) == toolConfigMap)];
        return all.FirstOrDefault(pod => !HasEnded(pod) && !IsReady(pod)) ?? (all.All(HasEnded) ? all.FirstOrDefault() : null);
    }

    /// <summary>Null where there is none, or not the tool's.</summary>
    private async Task<KubeObject?> DeploymentAsync(ObjectKey tool, CancellationToken cancellationToken) =>
        await client.GetAsync(Kinds.Deployments, tool, cancellationToken) is { Metadata.ControllerOwner: { Kind: "WasmTool" } owner } deployment && owner.Name == tool.Name ? deployment : null;

    /// <summary>Those that a ReplicaSet controls that the tool's Deployment controls.</summary>
    private async Task<IEnumerable<KubeObject>> PodsAsync(ObjectKey tool, KubeObject deployment, CancellationToken cancellationToken)
    {
        var selection = new Selection { Namespace = tool.Namespace, LabelSelector = Names.PodSelector(tool.Name) };
        var sets = await client.ListAsync(Kinds.ReplicaSets, selection with { MetadataOnly = true }, cancellationToken);
        var ours = sets.Items.Where(set => set.Metadata.ControllerOwner?.Uid == deployment.Metadata.Uid).Select(set => set.Metadata.Uid).ToHashSet();
        var pods = await client.ListAsync(Kinds.Pods, selection, cancellationToken);
        // One that is being deleted is given nothing new to do, and ends.
        return pods.Items.Where(pod => pod.Metadata.DeletionTimestamp is null && pod.Metadata.ControllerOwner is { } set && ours.Contains(set.Uid));
    }

    /// <summary>What it waits for that is not there.</summary>
    private async Task<string?> MissingAsync(KubeObject pod, CancellationToken cancellationToken)
    {
        if (!PodTrouble.MayWaitForVolumes(pod))
        {
            return null;
        }
        foreach (var (resource, name, keys) in PodTrouble.Needed(pod))
        {
            var data = (await client.GetAsync(resource, new(pod.Metadata.Namespace, name), cancellationToken))?.Json;
            if (data is null || keys.FirstOrDefault(key => data.Value.Field("data").Field(key) is null && data.Value.Field("binaryData").Field(key) is null) is not null)
            {
                return $"pod {pod.Metadata.Name} waits for the {resource.Kind} {name}{(keys.Length == 0 ? "" : $" with {string.Join(" and ", keys)}")}, which is not there; create it, or name another one";
            }
        }
        return null;
    }

    /// <summary>Nothing runs in it any more, and its address is free for others. <see href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase"/></summary>
    private static bool HasEnded(KubeObject pod) => pod.Find("status").Text("phase") is "Failed" or "Succeeded";

    private static bool IsReady(KubeObject pod) => Condition.Find(pod, "Ready")?.Status == true;

    private async Task<Word> AskAsync(ObjectKey tool, KubeObject pod, CancellationToken cancellationToken)
    {
        var (name, isReady) = (pod.Metadata.Name, IsReady(pod));
        if (AddressOf(pod) is not { } address || await AskAsync(address, cancellationToken) is not { } answer)
        {
            return new Word(name, isReady, null, null);
        }
        var spec = pod.Find("spec");
        // By the name that it says: an address may be another's by now.
        return RuntimeReport.Read(answer, tool.ToString(), spec) is { } report ? new Word(name, isReady, report, null) : new Word(name, isReady, null, PodFailure.Read(answer, tool.ToString(), spec));
    }

    private async Task<byte[]?> AskAsync(IPAddress address, CancellationToken cancellationToken)
    {
        try
        {
            return await http.GetByteArrayAsync(new UriBuilder("http", address.ToString(), PodPaths.OperationsPort, "status").Uri, cancellationToken);
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // A pod that starts or ends. Readiness is kubelet's to judge.
            return null;
        }
    }

    private static IPAddress? AddressOf(KubeObject pod) =>
        IPAddress.TryParse(pod.Find("status").Text("podIP"), out var address) ? address : null;

    /// <param name="IsReady">Kubelet says so.</param>
    private sealed record Word(string Pod, bool IsReady, RuntimeReport? Report, PodFailure? Failure);
}
