using System.Diagnostics;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Config;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Writing;

namespace Tapedeck.OperatorBench;

/// <summary>A real API server of our own, with our resources in it.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private static readonly Resource Definitions = new("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", Namespaced: false);

    private readonly string _run;

    private Cluster(string run, string kubeconfig)
    {
        _run = run;
        KubeConfigFile = kubeconfig;
        Client = new KubeClient(Connection(kubeconfig), new KubeClientOptions { QueriesPerSecond = 100_000, Burst = 100_000 }, TimeProvider.System);
    }

    internal string KubeConfigFile { get; }

    internal KubeClient Client { get; }

    internal static KubeConnection Connection(string kubeconfig) =>
        KubeConfig.Load([kubeconfig], _ => throw new InvalidOperationException("it is JSON"), new(), TimeProvider.System);

    internal static async Task<Cluster> StartAsync()
    {
        var run = Path.Combine(Path.GetTempPath(), $"tapedeck-operator-bench-{Environment.ProcessId}");
        var cluster = new Cluster(run, (await ScriptAsync("up.sh", run, $"{Environment.ProcessId}")).Trim());
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Root, "crds")).Where(file => !file.EndsWith("kustomization.yaml", StringComparison.Ordinal)))
        {
            var problems = new ProblemList(file);
            var definition = JsonNode.Parse(JsonText.Write(Documents.Read(await File.ReadAllTextAsync(file), problems).Single()))!;
            await cluster.Client.CreateAsync(Definitions, KubeObject.From(definition.AsObject()), "bench", default);
        }
        Resource[] ours = [Kinds.WasmTools, Kinds.Policies, Kinds.Ceilings];
        while ((await cluster.Client.DiscoverAsync(default)) is var surface && ours.Any(resource => surface.Of(resource) != Kube.Discovery.Presence.Served))
        {
            await Task.Delay(100);
        }
        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await ScriptAsync("down.sh", _run);
        Directory.Delete(_run, recursive: true);
    }

    /// <summary>The folder with the project.</summary>
    private static string Root
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "Operator.sln")))
            {
                folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Operator.sln is in no folder above this program.");
            }
            return folder;
        }
    }

    private static async Task<string> ScriptAsync(string script, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", [Path.Combine(Root, "tests", "Cluster", script), .. arguments]) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{script} ended with {process.ExitCode}");
    }
}
