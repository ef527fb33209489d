using Microsoft.Extensions.Logging.Abstractions;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Manifest;
using Tapedeck.Operator;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Children;
using Tapedeck.Operator.Hosting;
using Tapedeck.Operator.Reports;
using Tapedeck.Operator.Tools;

namespace Tapedeck.OperatorBench;

/// <summary>The operator as it is installed, but for registries and pods, which are of this process.</summary>
internal static class Subject
{
    internal const string Namespace = "bench";
    internal const int Digests = 10;

    internal static readonly Settings Settings = new()
    {
        RuntimeImage = "registry.example/tapedeck/runtime:1",
        Namespace = "default",
        Peers = new PodPeers { Operator = PodPeers.Peer("tapedeck-system", "app", "operator") },
    };

    internal static async Task<int> RunAsync(string kubeconfig)
    {
        using var client = new KubeClient(Cluster.Connection(kubeconfig), OperatorCommand.ClientOptions, TimeProvider.System);
        async Task<PodAnswer> AskPods(ObjectKey key, CancellationToken cancellationToken)
        {
            var tool = await client.GetAsync(Kinds.WasmTools, key, cancellationToken);
            var policies = await client.GetAsync(Kinds.ConfigMaps, new(key.Namespace, Names.PolicyConfigMap(key.Name)), cancellationToken);
            var handed = new SnapshotName(Counting.NumberOf(policies), PolicySnapshot.HashOf(policies?.Find("data", "policy.json")?.GetString() ?? ""));
            // A pod that is not there yet says nothing.
            var pods = await client.GetAsync(Kinds.Deployments, key, cancellationToken);
            return tool is null || Rollout.Of(pods) is not { Available: > 0 } rollout ? new(null, null)
                : new(new RuntimeReport(Artifact.Read(tool)?.Digest ?? "", 1_000_000, ["wasi:cli/environment@0.2.0"], [], [], ["forecast", "history"], "hash", handed) { ToolConfigMap = rollout.ToolConfigMap }, null) { Enforced = [handed] };
        }
        var host = new OperatorHost(client, Settings, new HostOptions(8, 8, 0), NullLoggerFactory.Instance, TimeProvider.System, new Outside((request, _) => Task.FromResult(Resolve(request)), AskPods));
        using var stop = new CancellationTokenSource();
        var work = host.RunAsync(stop.Token);
        while (host.HealthAddress is null && !work.IsCompleted)
        {
            await Task.Delay(50);
        }
        Console.WriteLine(new Uri(host.HealthAddress!).Port);
        // The one who measures ends it by closing our input.
        await Task.WhenAny(Console.In.ReadToEndAsync(), work);
        await stop.CancelAsync();
        return await work ? 0 : 1;
    }

    /// <summary>Ten digests; a tag that a WasmTool asks for anew may have moved on.</summary>
    internal static Resolution Resolve(ResolveRequest request)
    {
        var number = int.Parse(request.Source.Repository[(request.Source.Repository.LastIndexOf('-') + 1)..]);
        var moved = request.Trigger.Length > 0 ? int.Parse(request.Trigger) : 0;
        return new Resolution.Found(new Artifact(request.Source.Repository, "v1", Digest((number + moved) % Digests), request.Inputs, []));
    }

    private static string Digest(int number) => $"sha256:{number:x64}";
}
