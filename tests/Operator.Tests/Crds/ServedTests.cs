using System.Text.Json.Nodes;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Tests.Cluster;
using Tapedeck.Operator.Tools;
using Xunit;

namespace Tapedeck.Operator.Tests.Crds;

/// <summary>The custom resources as a server of today serves them.</summary>
[Collection(CrdServerCollection.Name)]
public sealed class ServedTests(CrdServer server) : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tapedeck-crds").FullName;
    private readonly string _namespace = $"served-{Guid.NewGuid():n}"[..20];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        if (CrdServer.Missing is null)
        {
            await DeleteAsync(Kinds.WasmTools);
            await DeleteAsync(Kinds.Policies);
        }
    }

    [CrdServerFact]
    public async Task The_server_finds_nothing_to_say_against_the_schemas()
    {
        foreach (var file in Schema.Files)
        {
            var definition = (await server.Client.GetAsync(ApiServer.Definitions, ObjectKey.Cluster($"{file}.tapedeck.dev"), default))!;
            var conditions = definition.Find("status", "conditions")!.Value.EnumerateArray().ToDictionary(one => one.GetProperty("type").GetString()!, one => one.GetProperty("status").GetString());
            Assert.Equal("True", conditions["NamesAccepted"]);
            Assert.Equal("True", conditions["Established"]);
            Assert.DoesNotContain("NonStructuralSchema", conditions.Keys);
        }
    }

    [CrdServerFact]
    public async Task What_is_left_out_has_its_default()
    {
        var spec = (await CreateAsync()).Find("spec")!.Value;
        Assert.Equal(1, spec.GetProperty("replicas").GetInt32());
        Assert.Equal("10m", spec.GetProperty("component").GetProperty("oci").GetProperty("interval").GetString());
        Assert.False(spec.GetProperty("component").GetProperty("oci").GetProperty("suspend").GetBoolean());
        var policy = await server.Client.CreateAsync(Kinds.Policies, Object(Kinds.Policies, new JsonObject { ["toolSelector"] = new JsonObject() }), "tests", default);
        Assert.Equal("Enforce", policy.Find("spec", "mode")!.Value.GetString());
    }

    [CrdServerFact]
    public async Task Who_writes_a_spec_writes_no_status_and_the_other_way_round()
    {
        var given = Object(Kinds.WasmTools, Spec("v1"));
        var json = JsonNode.Parse(given.Json.GetRawText())!.AsObject();
        json["status"] = new JsonObject { ["endpoint"] = "http://elsewhere" };
        var created = await server.Client.CreateAsync(Kinds.WasmTools, KubeObject.From(json), "tests", default);
        Assert.Equal("{\"observedGeneration\":-1}", created.Find("status")!.Value.GetRawText());

        var patch = new JsonObject { ["status"] = new JsonObject { ["endpoint"] = "http://here" }, ["spec"] = new JsonObject { ["replicas"] = 7 } };
        var written = await server.Client.PatchAsync(Kinds.WasmTools, created.Key, PatchKind.Merge, patch, "tests", Subresource.Status, default);
        Assert.Equal("http://here", written.Find("status", "endpoint")!.Value.GetString());
        Assert.Equal(1, written.Find("spec", "replicas")!.Value.GetInt32());
        Assert.Equal(created.Metadata.Generation, written.Metadata.Generation);
    }

    [CrdServerFact]
    public async Task A_tool_is_scaled_by_its_subresource()
    {
        var tool = await CreateAsync();
        await StatusAsync(tool, new JsonObject { ["replicas"] = 1, ["selector"] = "tapedeck.dev/tool=weather" });
        var scale = await server.Client.PatchAsync(Kinds.WasmTools, tool.Key, PatchKind.Merge, new JsonObject { ["spec"] = new JsonObject { ["replicas"] = 3 } }, "autoscaler", Subresource.Scale, default);
        Assert.Equal("tapedeck.dev/tool=weather", scale.Find("status", "selector")!.Value.GetString());
        Assert.Equal(3, (await server.Client.GetAsync(Kinds.WasmTools, tool.Key, default))!.Find("spec", "replicas")!.Value.GetInt32());
    }

    [CrdServerFact]
    public async Task Two_writers_of_conditions_own_one_each()
    {
        var tool = await CreateAsync();
        await ApplyConditionAsync(tool, "one", Condition.Ready, "Serving");
        var both = await ApplyConditionAsync(tool, "two", "Elsewhere", "Known");
        Assert.Equal(["Elsewhere", "Ready"], both.Find("status", "conditions")!.Value.EnumerateArray().Select(one => one.GetProperty("type").GetString()).Order());
    }

    [CrdServerFact]
    public async Task A_status_that_says_nonsense_is_refused()
    {
        var tool = await CreateAsync();
        var condition = new JsonObject { ["type"] = "Ready", ["status"] = "Perhaps", ["reason"] = "Serving", ["message"] = "", ["lastTransitionTime"] = "2026-01-02T03:04:05Z" };
        await Assert.ThrowsAsync<InvalidException>(() => StatusAsync(tool, new JsonObject { ["conditions"] = new JsonArray(condition) }));
    }

    [CrdServerFact]
    public async Task A_misspelt_field_of_a_tool_is_refused_and_one_of_a_policy_kept_for_the_operator_to_report()
    {
        var tool = Write("""{"apiVersion": "tapedeck.dev/v1alpha1", "kind": "WasmTool", "metadata": {"name": "weather"}, "spec": {"component": {"oci": {"repository": "ghcr.io/a/b", "ref": {"tag": "v1"}}}, "replica": 2}}""");
        var (code, _, error) = await Kubectl.TryAsync(server.KubeConfig, "create", "--validate=strict", "-n", _namespace, "-f", tool);
        Assert.NotEqual(0, code);
        Assert.Contains("unknown field \"spec.replica\"", error, StringComparison.Ordinal);

        var policy = Write("""{"apiVersion": "tapedeck.dev/v1alpha1", "kind": "CapabilityPolicy", "metadata": {"name": "weather"}, "spec": {"toolSelector": {}, "network": {"denny": [{"host": "acme.example"}]}}}""");
        await Kubectl.RunAsync(server.KubeConfig, "create", "--validate=strict", "-n", _namespace, "-f", policy);
        var kept = (await server.Client.GetAsync(Kinds.Policies, new(_namespace, "weather"), default))!;
        Assert.Contains("spec.network.denny: unknown field 'denny'; did you mean 'deny'?", Fixture.ReadBy(kept.Json.GetRawText()));
    }

    [CrdServerFact]
    public async Task People_see_what_matters_under_short_names_and_in_the_category()
    {
        var tool = await CreateAsync();
        var status = JsonNode.Parse("""
            {"endpoint": "http://weather.served.svc/mcp", "tools": {"count": 4}, "artifact": {"digest": "sha256:9f86d0818"}, "conditions": [
             {"type": "Ready", "status": "True", "reason": "Serving", "message": "", "lastTransitionTime": "2026-01-02T03:04:05Z"},
             {"type": "PolicyAccepted", "status": "True", "reason": "Enforcing", "message": "", "lastTransitionTime": "2026-01-02T03:04:05Z"}]}
            """)!.AsObject();
        await StatusAsync(tool, status);
        await server.Client.CreateAsync(Kinds.Policies, Object(Kinds.Policies, new JsonObject { ["toolSelector"] = new JsonObject() }), "tests", default);
        var narrow = Columns(await Kubectl.RunAsync(server.KubeConfig, "get", "wt", "-n", _namespace));
        var wide = Columns(await Kubectl.RunAsync(server.KubeConfig, "get", "wt", "-n", _namespace, "-o", "wide"));
        Assert.Equal(["NAME READY TOOLS POLICY AGE", "weather True 4 Enforcing"], narrow);
        Assert.Equal(["NAME READY REASON TOOLS DIGEST POLICY ENDPOINT AGE", "weather True Serving 4 sha256:9f86d0818 Enforcing http://weather.served.svc/mcp"], wide);
        Assert.Equal(["NAME READY MODE SELECTED ENFORCING AGE", "weather Enforce"], Columns(await Kubectl.RunAsync(server.KubeConfig, "get", "cpol", "-n", _namespace)));
        var category = await Kubectl.RunAsync(server.KubeConfig, "get", "tapedeck", "-n", _namespace, "-o", "name");
        Assert.Equal(["capabilitypolicy.tapedeck.dev/weather", "wasmtool.tapedeck.dev/weather"], category.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    [CrdServerFact]
    public async Task Waiting_for_Ready_is_a_command()
    {
        var tool = await CreateAsync();
        await ApplyConditionAsync(tool, "one", Condition.Ready, "Serving");
        // A condition about an older spec is not waited by.
        Assert.NotEqual(0, (await Kubectl.TryAsync(server.KubeConfig, "wait", "--for=condition=Ready", "--timeout=1s", "-n", _namespace, "wasmtool/weather")).Code);
        await StatusAsync(tool, new JsonObject { ["observedGeneration"] = tool.Metadata.Generation });
        Assert.Contains("condition met", await Kubectl.RunAsync(server.KubeConfig, "wait", "--for=condition=Ready", "--timeout=10s", "-n", _namespace, "wasmtool/weather"), StringComparison.Ordinal);
    }

    /// <summary>That is what keeps a copy of the whole object in an annotation of at most 256 KiB.</summary>
    [CrdServerFact]
    public async Task The_old_kind_of_apply_takes_the_schemas_too()
    {
        var said = await Kubectl.RunAsync(server.KubeConfig, "apply", "--server-side=false", "--dry-run=server", "-k", Path.Combine(Repository.Root, "crds"));
        Assert.Equal(Schema.Files.Length, said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    private static string[] Columns(string table) =>
        [.. table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select((line, index) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select((words, index) => string.Join(' ', index == 0 ? words : words[..^1]))];

    private static JsonObject Spec(string tag) =>
        new() { ["component"] = new JsonObject { ["oci"] = new JsonObject { ["repository"] = "ghcr.io/acme/weather", ["ref"] = new JsonObject { ["tag"] = tag } } } };

    private KubeObject Object(Resource resource, JsonObject spec) => KubeObject.From(new JsonObject
    {
        ["apiVersion"] = resource.ApiVersion,
        ["kind"] = resource.Kind,
        ["metadata"] = new JsonObject { ["name"] = "weather", ["namespace"] = _namespace },
        ["spec"] = spec,
    });

    private Task<KubeObject> CreateAsync() => server.Client.CreateAsync(Kinds.WasmTools, Object(Kinds.WasmTools, Spec("v1")), "tests", default);

    private Task<KubeObject> StatusAsync(KubeObject tool, JsonObject status) =>
        server.Client.PatchAsync(Kinds.WasmTools, tool.Key, PatchKind.Merge, new JsonObject { ["status"] = status }, "tests", Subresource.Status, default);

    private Task<KubeObject> ApplyConditionAsync(KubeObject tool, string manager, string type, string reason)
    {
        var condition = new JsonObject { ["type"] = type, ["status"] = "True", ["reason"] = reason, ["message"] = "", ["lastTransitionTime"] = "2026-01-02T03:04:05Z" };
        var applied = new JsonObject
        {
            ["apiVersion"] = Kinds.WasmTools.ApiVersion,
            ["kind"] = Kinds.WasmTools.Kind,
            ["metadata"] = new JsonObject { ["name"] = tool.Key.Name, ["namespace"] = tool.Key.Namespace },
            ["status"] = new JsonObject { ["conditions"] = new JsonArray(condition) },
        };
        return server.Client.ApplyAsync(Kinds.WasmTools, KubeObject.From(applied), new ApplyOptions(manager) { Subresource = Subresource.Status }, default);
    }

    private string Write(string text)
    {
        var file = Path.Combine(_folder, $"{Guid.NewGuid():n}.json");
        File.WriteAllText(file, text);
        return file;
    }

    private async Task DeleteAsync(Resource resource)
    {
        foreach (var one in (await server.Client.ListAsync(resource, new Selection { Namespace = _namespace }, default)).Items)
        {
            await server.Client.DeleteAsync(resource, one.Key, new DeleteOptions(), default);
        }
    }
}
