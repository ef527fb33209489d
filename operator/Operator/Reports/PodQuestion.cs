using System.Net;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Manifest;

namespace Tapedeck.Operator.Reports;

/// <summary>Asks the operations port of a pod for its status.</summary>
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
            var pods = await client.ListAsync(Kinds.Pods, new Selection { Namespace = tool.Namespace, LabelSelector = Names.PodSelector(tool.Name) }, cancellationToken);
            // The newest first: of two versions it has the one that is to be.
            foreach (var pod in pods.Items.OrderByDescending(pod => pod.Metadata.CreationTimestamp).Take(MostPods))
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
