using System.Text.Json.Nodes;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Xunit;

namespace Tapedeck.Plugin.Tests.Cluster;

/// <summary>The program against a real API server.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class CommandTests(ApiServer server)
{
    private const string Digest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    private const string Serving = """
        {"observedGeneration": 1, "endpoint": "http://weather.NAMESPACE.svc/mcp", "policyMode": "Enforce", "replicas": 2, "readyReplicas": 2,
         "artifact": {"digest": "DIGEST", "signers": ["key 0123"]}, "tools": {"count": 2, "names": ["forecast", "history"]},
         "policies": [{"kind": "CapabilityPolicy", "name": "fetch", "generation": 3}], "missingCapabilities": ["dns other.acme.example"], "walls": ["NetworkPolicy"],
         "conditions": [CONDITION("Ready", "True", "Serving", "2 of 2 pods serve"), CONDITION("PolicyAccepted", "True", "Enforcing", "1 policies select this tool"),
          CONDITION("Verified", "False", "NotAsked", "spec.verify is not given"), CONDITION("Stalled", "False", "Progressing", "nothing is in the way")]}
        """;

    private const string Stalled = """
        {"observedGeneration": 1, "conditions": [CONDITION("Ready", "False", "NotVerified", "no pod serves"),
         CONDITION("Stalled", "True", "NotVerified", "no signature of a trusted key; sign it\u001b[2J, or change spec.verify")]}
        """;

    [ApiServerFact]
    public async Task Status_of_a_tool_tells_what_it_is()
    {
        var @namespace = await ToolAsync(Serving);
        var run = await RunAsync("status", "weather", "-n", @namespace);
        Golden("status-of-one", run.Output.Replace(@namespace, "NAMESPACE", StringComparison.Ordinal));
        Assert.Equal((0, ""), (run.Code, run.Error));
    }

    [ApiServerFact]
    public async Task Status_of_all_tells_why_one_is_not_ready()
    {
        var @namespace = await ToolAsync(Serving);
        await ToolAsync(Stalled, "broken", @namespace);
        await CreateAsync("unseen", @namespace);
        var run = await RunAsync("status", "-n", @namespace);
        Golden("status-of-all", run.Output.Replace(@namespace, "NAMESPACE", StringComparison.Ordinal));
        Assert.Equal(1, run.Code);
    }

    [ApiServerFact]
    public async Task A_status_about_an_older_spec_is_not_believed()
    {
        var @namespace = await ToolAsync(Serving);
        await RunAsync("suspend", "weather", "-n", @namespace);
        var run = await RunAsync("status", "weather", "-n", @namespace);
        Assert.Equal(1, run.Code);
        Assert.Contains("was changed, and the operator has not come to it yet", run.Output, StringComparison.Ordinal);
    }

    [ApiServerFact]
    public async Task Why_tells_the_rule_that_decides_by_the_policies_that_pods_have()
    {
        var @namespace = await ToolAsync(Serving);
        await SnapshotAsync(@namespace, """
            {"apiVersion": "tapedeck.dev/v1alpha1", "kind": "PolicySnapshot", "generation": 5, "policies": [{"name": "fetch", "spec":
             {"toolSelector": {}, "network": {"allow": [{"host": "api.acme.example", "schemes": ["https"], "methods": ["GET"]}], "deny": [{"host": "api.acme.example", "pathPrefix": "/admin"}]}}}]}
            """);
        var allowed = await RunAsync("why", "weather", "GET https://api.acme.example/v1", "-n", @namespace);
        var denied = await RunAsync("why", "weather", "GET https://api.acme.example/admin/users", "-n", @namespace);
        Golden("why-allowed", allowed.Output);
        Golden("why-denied", denied.Output);
        Assert.Equal((0, 1), (allowed.Code, denied.Code));
    }

    [ApiServerFact]
    public async Task Why_without_policies_on_the_cluster_says_that_the_operator_has_not_come()
    {
        var run = await RunAsync("why", "weather", "dns acme.example", "-n", await ToolAsync(Serving));
        Assert.Equal(1, run.Code);
        Assert.Contains("the operator has not come to it", run.Error, StringComparison.Ordinal);
    }

    [ApiServerFact]
    public async Task Why_without_a_request_tells_what_no_policy_grants()
    {
        var run = await RunAsync("why", "weather", "-n", await ToolAsync(Serving));
        Assert.Equal("asked for, and granted by no policy: dns other.acme.example\nnothing was denied in the last 2000 lines of each of 0 pods' logs\n", run.Output);
    }

    [ApiServerFact]
    public async Task Refresh_suspend_and_resume_change_that_and_nothing_else()
    {
        var @namespace = await ToolAsync(Serving);
        var before = await GetAsync(@namespace);
        Assert.Equal(0, (await RunAsync("refresh", "weather", "-n", @namespace)).Code);
        var refreshed = await GetAsync(@namespace);
        Assert.Equal(before.Metadata.Generation, refreshed.Metadata.Generation);
        Assert.True(refreshed.Metadata.Annotations.ContainsKey("tapedeck.dev/reconcile-at"));

        Assert.Equal($"{@namespace}/weather is suspended\n", (await RunAsync("suspend", "weather", "-n", @namespace)).Output);
        Assert.True(new ToolView(await GetAsync(@namespace)).IsSuspended);
        Assert.Equal(0, (await RunAsync("resume", "weather", "-n", @namespace)).Code);
        Assert.False(new ToolView(await GetAsync(@namespace)).IsSuspended);
    }

    [ApiServerFact]
    public async Task Kubeconfigs_are_yaml()
    {
        var @namespace = await ToolAsync(Serving);
        Assert.Equal(0, (await Run.OfAsync("status", "weather", "-n", @namespace, "--kubeconfig", server.YamlKubeConfigFile)).Code);
    }

    [ApiServerFact]
    public async Task What_is_wrong_is_said_and_no_secret_with_it()
    {
        var @namespace = await server.NamespaceAsync();
        var missing = await RunAsync("status", "nothing", "-n", @namespace);
        Assert.Equal((2, $"kubectl-tapedeck: there is no WasmTool nothing in the namespace {@namespace}; kubectl get wasmtools -A lists all\n"), (missing.Code, missing.Error));

        var nobody = await Run.OfAsync("status", "-n", @namespace, "--kubeconfig", server.KubeConfigFile, "--context", "nobody");
        Assert.Equal(3, nobody.Code);
        Assert.Contains("wasmtools.tapedeck.dev", nobody.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("nobody-token", nobody.Error, StringComparison.Ordinal);

        var context = await Run.OfAsync("status", "--kubeconfig", server.KubeConfigFile, "--context", "elsewhere");
        Assert.Equal(2, context.Code);
        Assert.Contains("elsewhere", context.Error, StringComparison.Ordinal);
    }

    [ApiServerFact]
    public async Task Logs_of_a_tool_without_pods_are_none() =>
        Assert.Equal(1, (await RunAsync("logs", "weather", "-n", await ToolAsync(Serving))).Code);

    private Task<Run> RunAsync(params string[] arguments) => Run.OfAsync([.. arguments, "--kubeconfig", server.KubeConfigFile]);

    private async Task<string> ToolAsync(string status, string name = "weather", string? @namespace = null)
    {
        @namespace ??= await server.NamespaceAsync();
        await CreateAsync(name, @namespace);
        var text = System.Text.RegularExpressions.Regex.Replace(
            status.Replace("NAMESPACE", @namespace, StringComparison.Ordinal).Replace("DIGEST", Digest, StringComparison.Ordinal),
            """CONDITION\((".*?"), (".*?"), (".*?"), (".*?")\)""",
            """{"type": $1, "status": $2, "reason": $3, "message": $4, "lastTransitionTime": "2026-01-02T03:04:05Z"}""");
        await server.Client.PatchAsync(Names.WasmTools, new(@namespace, name), PatchKind.Merge, new JsonObject { ["status"] = JsonNode.Parse(text) }, "tests", Subresource.Status, default);
        return @namespace;
    }

    private Task<KubeObject> CreateAsync(string name, string @namespace) => server.Client.CreateAsync(Names.WasmTools, KubeObject.From(new JsonObject
    {
        ["apiVersion"] = "tapedeck.dev/v1alpha1",
        ["kind"] = "WasmTool",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = @namespace },
        ["spec"] = new JsonObject { ["component"] = new JsonObject { ["oci"] = new JsonObject { ["repository"] = "ghcr.io/acme/weather", ["ref"] = new JsonObject { ["tag"] = "v1" } } } },
    }), "tests", default);

    private Task<KubeObject> SnapshotAsync(string @namespace, string snapshot) => server.Client.CreateAsync(Names.ConfigMaps, KubeObject.From(new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = "weather-policy", ["namespace"] = @namespace },
        ["data"] = new JsonObject { ["policy.json"] = snapshot },
    }), "tests", default);

    private async Task<KubeObject> GetAsync(string @namespace) => (await server.Client.GetAsync(Names.WasmTools, new(@namespace, "weather"), default))!;

    /// <summary>TAPEDECK_WRITE_GOLDEN=1 writes the files anew, to be read before they are committed.</summary>
    private static void Golden(string name, string actual)
    {
        var file = Path.Combine(ApiServer.Root, "tests", "Plugin.Tests", "Golden", $"{name}.txt");
        if (Environment.GetEnvironmentVariable("TAPEDECK_WRITE_GOLDEN") == "1")
        {
            File.WriteAllText(file, actual);
        }
        Assert.Equal(File.ReadAllText(file), actual);
    }
}
