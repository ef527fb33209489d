using System.Diagnostics;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Config;
using Tapedeck.Kube.Objects;
using Tapedeck.Kube.Tests.Cluster;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Writing;
using Xunit;

namespace Tapedeck.Plugin.Tests.Cluster;

/// <summary>A real kube-apiserver, started by tests/Cluster/up.sh, with WasmTools in it. It ends with this process.</summary>
public sealed class ApiServer : IAsyncLifetime
{
    private static readonly Resource Definitions = new("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", Namespaced: false);
    private static readonly Resource Namespaces = new("", "v1", "namespaces", "Namespace", Namespaced: false);

    private readonly string _run = Path.Combine(Path.GetTempPath(), $"tapedeck-plugin-tests-{Environment.ProcessId}");

    internal static string Root { get; } = FindRoot();

    /// <summary>Why there is none; null where there is one.</summary>
    internal static string? Missing { get; } = File.Exists(Path.Combine(Kept.ApiServer, "kube-apiserver"))
        ? null
        : "NOT TESTED AGAINST A REAL API SERVER: run tests/Cluster/build.sh once, or set KUBEBUILDER_ASSETS to a folder with etcd and kube-apiserver.";

    internal KubeClient Client { get; private set; } = null!;

    /// <summary>In JSON.</summary>
    internal string KubeConfigFile { get; private set; } = "";

    /// <summary>The same, as kubectl would have written it.</summary>
    internal string YamlKubeConfigFile => Path.Combine(_run, "kubeconfig.yaml");

    public async Task InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }
        KubeConfigFile = (await ScriptAsync("up.sh", _run, Environment.ProcessId.ToString())).Trim();
        await File.WriteAllTextAsync(YamlKubeConfigFile, YamlText.Write(Documents.Read(await File.ReadAllTextAsync(KubeConfigFile), new ProblemList("kubeconfig")).Single()));
        var connection = KubeConfig.Load([KubeConfigFile], _ => throw new InvalidOperationException("it is JSON"), new() { Context = "admin" }, TimeProvider.System);
        Client = new KubeClient(connection, new() { QueriesPerSecond = 1_000, Burst = 1_000 }, TimeProvider.System);
        var definition = Documents.Read(await File.ReadAllTextAsync(Path.Combine(Root, "crds", "wasmtools.yaml")), new ProblemList("wasmtools")).Single();
        await Client.CreateAsync(Definitions, KubeObject.From(JsonNode.Parse(JsonText.Write(definition))!.AsObject()), "tests", CancellationToken.None);
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var surface = await Client.DiscoverAsync(CancellationToken.None);
            if (surface.Of(Names.WasmTools) == Kube.Discovery.Presence.Served)
            {
                return;
            }
            await Task.Delay(100);
        }
        Assert.Fail("WasmTools are not served after 10 s");
    }

    public async Task DisposeAsync()
    {
        Client?.Dispose();
        if (Directory.Exists(_run))
        {
            await ScriptAsync("down.sh", _run);
            Directory.Delete(_run, recursive: true);
        }
    }

    internal async Task<string> NamespaceAsync()
    {
        var name = $"plugin-{Guid.NewGuid():n}"[..20];
        await Client.CreateAsync(Namespaces, KubeObject.From(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name } }), "tests", default);
        return name;
    }

    private static async Task<string> ScriptAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Root, "tests", "Cluster", script), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{script}: {await error}");
        return await output;
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Operator.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }
        return folder;
    }
}

[CollectionDefinition(Name)]
public sealed class ApiServerCollection : ICollectionFixture<ApiServer>
{
    public const string Name = "a real API server";
}

/// <summary>A test that needs a real API server, and says so where there is none.</summary>
public sealed class ApiServerFactAttribute : FactAttribute
{
    public ApiServerFactAttribute() => Skip = ApiServer.Missing;
}
