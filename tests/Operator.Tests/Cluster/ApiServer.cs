using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Config;
using Tapedeck.Kube.Objects;
using Tapedeck.Kube.Tests.Cluster;
using Tapedeck.Operator.Tests.Crds;
using Tapedeck.Policy.Writing;
using Xunit;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>A real kube-apiserver, started by tests/Cluster/up.sh, with our resources in it. It ends with this process.</summary>
public sealed class ApiServer : IAsyncLifetime
{
    internal static readonly Resource Definitions = new("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", Namespaced: false);

    private static readonly string Scripts = Path.Combine(Repository.Root, "tests", "Cluster");

    private readonly string _run = Path.Combine(Path.GetTempPath(), $"tapedeck-operator-tests-{Environment.ProcessId}");

    /// <summary>Why there is none; null where there is one.</summary>
    internal static string? Missing { get; } = File.Exists(Path.Combine(Kept.ApiServer, "kube-apiserver"))
        ? null
        : "NOT TESTED AGAINST A REAL API SERVER: run tests/Cluster/build.sh once, or set KUBEBUILDER_ASSETS to a folder with etcd and kube-apiserver.";

    /// <summary>An administrator's.</summary>
    internal KubeClient Client { get; private set; } = null!;

    /// <summary>The operator's: what config/rbac/operator_role.yaml lets it do, and no more.</summary>
    internal KubeClient Operator { get; private set; } = null!;

    /// <summary>Somebody of whom the server knows nothing but the name; what they may do is the test's to say.</summary>
    internal KubeClient Somebody(string user)
    {
        var file = Path.Combine(_run, $"{user}.kubeconfig");
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(_run, "kubeconfig")))!.AsObject();
        var admin = config["users"]!.AsArray().Single(item => item!["name"]!.GetValue<string>() == "admin")!["user"]!.AsObject();
        admin["as"] = user;
        File.WriteAllText(file, config.ToJsonString());
        return ClientOf(file, "admin");
    }

    /// <summary>What the kubeconfig says of the server.</summary>
    internal JsonElement ClusterEntry => JsonElement.Parse(File.ReadAllText(Path.Combine(_run, "kubeconfig"))).GetProperty("clusters")[0].GetProperty("cluster");

    /// <summary>A client that goes another way and proves nothing there.</summary>
    internal KubeClient ClientVia(Uri way)
    {
        var file = Path.Combine(_run, $"{way.Port}.kubeconfig");
        File.WriteAllText(file, $$$"""
            {"apiVersion": "v1", "kind": "Config", "current-context": "way", "clusters": [{"name": "way", "cluster": {"server": "{{{way}}}"}}],
             "users": [{"name": "way", "user": {} }], "contexts": [{"name": "way", "context": {"cluster": "way", "user": "way"}}]}
            """);
        return new KubeClient(KubeConfig.Load([file], _ => throw new InvalidOperationException("it is JSON"), new() { AllowInsecure = true }, TimeProvider.System), new() { QueriesPerSecond = 1_000, Burst = 1_000 }, TimeProvider.System);
    }

    /// <summary>Stops the API server as a crash does, and starts it again on its port and data.</summary>
    internal async Task RestartAsync()
    {
        await ScriptAsync("down.sh", _run, "kube-apiserver");
        await ScriptAsync("up.sh", _run, Environment.ProcessId.ToString());
    }

    public async Task InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }
        var kubeconfig = (await ScriptAsync("up.sh", _run, Environment.ProcessId.ToString())).Trim();
        Client = ClientOf(kubeconfig, "admin");
        Operator = ClientOf(kubeconfig, "nobody");
        await GrantAsync();
        foreach (var file in Schema.Files)
        {
            var definition = JsonNode.Parse(JsonText.Write(Schema.Document(file)))!.AsObject();
            await Client.CreateAsync(Definitions, KubeObject.From(definition), "tests", CancellationToken.None);
        }
        await Eventually.Is("the resources are served", async () =>
        {
            var surface = await Client.DiscoverAsync(CancellationToken.None);
            return new[] { Kinds.WasmTools, Kinds.Policies, Kinds.Ceilings }.All(resource => surface.Of(resource) == Kube.Discovery.Presence.Served);
        });
    }

    public async Task DisposeAsync()
    {
        Client?.Dispose();
        Operator?.Dispose();
        if (Directory.Exists(_run))
        {
            await ScriptAsync("down.sh", _run);
            Directory.Delete(_run, recursive: true);
        }
    }

    internal static KubeClient ClientOf(string kubeconfig, string context)
    {
        var connection = KubeConfig.Load([kubeconfig], _ => throw new InvalidOperationException("it is JSON"), new() { Context = context }, TimeProvider.System);
        return new KubeClient(connection, new() { QueriesPerSecond = 1_000, Burst = 1_000 }, TimeProvider.System);
    }

    private async Task GrantAsync()
    {
        var role = JsonNode.Parse(JsonText.Write(Rbac.Documents("operator_role.yaml")[0]))!.AsObject();
        await Client.CreateAsync(Rbac.ClusterRoles, KubeObject.From(role), "tests", CancellationToken.None);
        var binding = Json.Object(
            ("apiVersion", Rbac.ClusterRoleBindings.ApiVersion),
            ("kind", Rbac.ClusterRoleBindings.Kind),
            ("metadata", Json.Object(("name", "operator"))),
            ("roleRef", Json.Object(("apiGroup", "rbac.authorization.k8s.io"), ("kind", "ClusterRole"), ("name", "tapedeck-operator"))),
            ("subjects", Json.Array(Json.Object(("kind", "User"), ("apiGroup", "rbac.authorization.k8s.io"), ("name", "nobody")))));
        await Client.CreateAsync(Rbac.ClusterRoleBindings, KubeObject.From(binding), "tests", CancellationToken.None);
    }

    private static Task<string> ScriptAsync(string script, params string[] arguments) => ScriptWithAsync(script, null, arguments);

    /// <param name="assets">The folder of the binaries; null for that of the environment or the cache.</param>
    internal static async Task<string> ScriptWithAsync(string script, string? assets, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Scripts, script), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (assets is not null)
        {
            start.Environment["KUBEBUILDER_ASSETS"] = assets;
        }
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{script}: {await error}");
        return await output;
    }
}

[CollectionDefinition(Name)]
public sealed class ApiServerCollection : ICollectionFixture<ApiServer>
{
    public const string Name = "a real API server";
}

/// <summary>As <see cref="ApiServerFactAttribute"/>, for a table of cases.</summary>
public sealed class ApiServerTheoryAttribute : TheoryAttribute
{
    public ApiServerTheoryAttribute() => Skip = ApiServer.Missing;
}

/// <summary>A test that needs a real API server, and says so where there is none.</summary>
public sealed class ApiServerFactAttribute : FactAttribute
{
    public ApiServerFactAttribute() => Skip = ApiServer.Missing;
}
