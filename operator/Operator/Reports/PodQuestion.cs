using System.Net;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Manifest;

namespace Tapedeck.Operator.Reports;

/// <summary>Asks the operations port of a tool's pods for their status. Labels make no pod one of them: anybody may write those who may make pods.</summary>
internal sealed class PodQuestion(KubeClient client, HttpClient http)
{
    private const int MostPods = 3;

    /// <summary>For <see cref="PodQuestion"/>: pods are asked by address, never through a proxy, and what they say is bounded.</summary>
    internal static HttpClient MakeHttp() =>
        new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(5), MaxResponseContentBufferSize = 4 << 20 };

    internal async Task<PodAnswer> AskAsync(ObjectKey tool, CancellationToken cancellationToken)
    {
        PodFailure? failure = null;
        try
        {
            // The newest first: of two versions it has the one that is to be.
            foreach (var pod in (await PodsAsync(tool, cancellationToken)).OrderByDescending(pod => pod.Metadata.CreationTimestamp).Take(MostPods))
            {
                if (AddressOf(pod) is not { } address || await AskAsync(address, cancellationToken) is not { } answer)
                {
                    continue;
                }
                if (RuntimeReport.Read(answer) is { } report)
                {
                    return new PodAnswer(report, failure);
                }
                failure ??= PodFailure.Read(answer, pod.Find("spec"));
            }
        }
        catch (ApiException)
        {
            // Asked again soon; the informers say what is wrong with the server.
        }
        return new PodAnswer(null, failure);
    }

    /// <summary>Those that a ReplicaSet controls that the tool's Deployment controls.</summary>
    private async Task<IEnumerable<KubeObject>> PodsAsync(ObjectKey tool, CancellationToken cancellationToken)
    {
        var selection = new Selection { Namespace = tool.Namespace, LabelSelector = Names.PodSelector(tool.Name) };
        if (await client.GetAsync(Kinds.Deployments, tool, cancellationToken) is not { } deployment || deployment.Metadata.ControllerOwner is not { Kind: "WasmTool" } owner || owner.Name != tool.Name)
        {
            return [];
        }
        var sets = await client.ListAsync(Kinds.ReplicaSets, selection with { MetadataOnly = true }, cancellationToken);
        var ours = sets.Items.Where(set => set.Metadata.ControllerOwner?.Uid == deployment.Metadata.Uid).Select(set => set.Metadata.Uid).ToHashSet();
        var pods = await client.ListAsync(Kinds.Pods, selection, cancellationToken);
        return pods.Items.Where(pod => pod.Metadata.ControllerOwner is { } set && ours.Contains(set.Uid));
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
}
