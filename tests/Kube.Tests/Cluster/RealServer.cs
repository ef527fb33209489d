using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Config;
using Tapedeck.Kube.Objects;
using Xunit;

namespace Tapedeck.Kube.Tests.Cluster;

/// <summary>A real kube-apiserver: that of KUBECONFIG, else one that tests/Cluster/up.sh starts and that ends with this process.</summary>
public sealed class RealServer : IAsyncLifetime
{
    internal static readonly Resource Namespaces = new("", "v1", "namespaces", "Namespace", Namespaced: false);
    internal static readonly Resource ConfigMaps = new("", "v1", "configmaps", "ConfigMap");
    internal static readonly Resource Deployments = new("apps", "v1", "deployments", "Deployment");

    private static readonly string Scripts = Path.Combine(Root(), "tests", "Cluster");

    private readonly string _run = Path.Combine(Path.GetTempPath(), $"tapedeck-kube-tests-{Environment.ProcessId}");
    private readonly ConcurrentQueue<string> _namespaces = [];
    private string _kubeconfig = "";

    /// <summary>Why there is none; null where there is one.</summary>
    internal static string? Missing { get; } =
        IsGiven || File.Exists(Path.Combine(Kept.ApiServer, "kube-apiserver"))
            ? null
            : "NOT TESTED AGAINST A REAL API SERVER: run tests/Cluster/build.sh once, or set KUBEBUILDER_ASSETS to a folder with etcd and kube-apiserver, or KUBECONFIG.";

    internal static bool IsGiven => Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 };

    internal KubeClient Admin { get; private set; } = null!;

    /// <summary>A namespace for one test.</summary>
    internal async Task<string> NamespaceAsync()
    {
        var name = $"kube-tests-{Guid.NewGuid():n}"[..24];
        var json = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name } };
        await Admin.CreateAsync(Namespaces, KubeObject.From(json), "tests", CancellationToken.None);
        _namespaces.Enqueue(name);
        return name;
    }

    internal KubeConnection Connection(string context, TimeProvider? time = null) =>
        KubeConfig.Load([_kubeconfig], _ => throw new InvalidOperationException("it is JSON"), new() { Context = context }, time ?? TimeProvider.System);

    /// <summary>What the kubeconfig says about the cluster, to make others of.</summary>
    internal JsonElement ClusterEntry => JsonElement.Parse(File.ReadAllText(_kubeconfig)).GetProperty("clusters")[0].GetProperty("cluster");

    internal KubeClient Client(string context) => new(Connection(context), new() { QueriesPerSecond = 1_000, Burst = 1_000 }, TimeProvider.System);

    /// <summary>Kills the API server, does something, and starts it again.</summary>
    internal async Task RestartAsync(Func<Task> meanwhile)
    {
        await ScriptAsync("down.sh", _run, "kube-apiserver");
        await meanwhile();
        await ScriptAsync("up.sh", _run, Environment.ProcessId.ToString());
    }

    public async Task InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }
        _kubeconfig = IsGiven ? await GivenAsync() : (await ScriptAsync("up.sh", _run, Environment.ProcessId.ToString())).Trim();
        Admin = IsGiven ? Client("") : Client("admin");
    }

    public async Task DisposeAsync()
    {
        if (IsGiven)
        {
            foreach (var name in _namespaces)
            {
                await Admin.DeleteAsync(Namespaces, ObjectKey.Cluster(name), new(), CancellationToken.None);
            }
        }
        Admin?.Dispose();
        if (Directory.Exists(_run))
        {
            await ScriptAsync("down.sh", _run);
            Directory.Delete(_run, recursive: true);
        }
    }

    /// <summary>kubectl knows YAML, and what a file names.</summary>
    private async Task<string> GivenAsync()
    {
        Directory.CreateDirectory(_run);
        var file = Path.Combine(_run, "kubeconfig");
        await File.WriteAllTextAsync(file, await RunAsync("kubectl", "config", "view", "--raw", "--flatten", "-o", "json"));
        return file;
    }

    private static Task<string> ScriptAsync(string script, params string[] arguments) => RunAsync("bash", [Path.Combine(Scripts, script), .. arguments]);

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        // The servers inherit both pipes if they are not redirected, so what is awaited is the script's end, and then what it said.
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await error}");
        return await output;
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Operator.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }
        return folder;
    }
}
