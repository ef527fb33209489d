using System.Text.Json;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Tests.Cluster;
using Tapedeck.Operator.Tests.Install;
using Xunit;

namespace Tapedeck.Operator.Tests.GitOps;

/// <summary>What Argo CD and Flux make of a tool, by their own rules on what a real server showed. TAPEDECK_WRITE_GOLDEN=1 captures it anew, to be read before it is committed.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class GitOpsTests(ApiServer server)
{
    private const string Plain = "component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1}}}";

    private static readonly string CapturedFile = Path.Combine(Repository.Root, "tests", "Operator.Tests", "GitOps", "captured.json");

    [ApiServerFact]
    public async Task A_tool_from_its_first_day_to_its_last()
    {
        await using var stage = await Stage.OpenAsync(server);
        await using var witness = await stage.WatchedAsync();
        await stage.ServeAsync(Plain);
        await stage.ConditionAsync("Reconciling", "False/Done");
        // A tag that is not signed: what served goes on.
        stage.Registry = _ => new Resolution.Failed(ResolutionFailure.NotVerified, "NotVerified", "no signature counts", IsRetryable: false);
        await stage.PatchAsync(Kinds.WasmTools, "weather", new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["tapedeck.dev/reconcile-at"] = "1" } } });
        await stage.ConditionAsync("Stalled", "True/NotVerified");
        stage.Registry = request => Given.Found(request.Inputs);
        await stage.PatchAsync(Kinds.WasmTools, "weather", new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["tapedeck.dev/reconcile-at"] = "2" } } });
        await stage.ConditionAsync("Stalled", "False/Progressing");
        // A spec that passes the schema and is wrong.
        await stage.ApplyAsync(Kinds.WasmTools, "weather", $"{Plain}\nservice: {{type: LoadBalancer}}");
        await stage.ConditionAsync("Stalled", "True/NotAllowed");
        await stage.ApplyAsync(Kinds.WasmTools, "weather", $"{Plain}\nreplicas: 0");
        await stage.ConditionAsync("Ready", "True/ScaledToZero");
        await stage.RolledOutAsync();
        await stage.ConditionAsync("Reconciling", "False/Done");
        await witness.CaughtUpAsync();
        var states = witness.States();
        Assert.Equal(["InProgress", "Current", "Failed", "Current", "InProgress", "Failed", "InProgress", "Current"], Squeeze(states.Select(KStatus.Of)));
        if (Environment.GetEnvironmentVariable("TAPEDECK_WRITE_GOLDEN") == "1")
        {
            await CaptureAsync(states);
        }
    }

    [ProgramFact("lua5.1", "lua5.1")]
    public async Task Argo_CD_sees_progress_while_a_tool_starts_and_degradation_only_where_something_is_wrong()
    {
        var captured = JsonNode.Parse(await File.ReadAllTextAsync(CapturedFile))!.AsArray();
        var objects = captured.Select(one => KubeObject.From(one!["object"]!.DeepClone().AsObject())).ToArray();
        var health = await ArgoHealth.OfAsync(objects);
        Assert.Equal(captured.Select(one => one!["argo"]!.GetValue<string>()), health.Select(one => one.Status));
        Assert.Equal(captured.Select(one => one!["kstatus"]!.GetValue<string>()), objects.Select(KStatus.Of));
        Assert.Equal(["Degraded", "Healthy", "Progressing"], health.Select(one => one.Status).Distinct().Order());
        Assert.DoesNotContain("Degraded", health.Select(one => one.Status).TakeWhile(status => status != "Healthy"));
        Assert.All(health, one => Assert.NotEqual("", one.Message));
    }

    [ProgramFact("lua5.1", "lua5.1")]
    public async Task Argo_CD_understands_policies_deletions_and_objects_without_a_status()
    {
        KubeObject Of(string json) => KubeObject.From(JsonNode.Parse(json)!.AsObject());
        const string Policy = """{"apiVersion": "tapedeck.dev/v1alpha1", "kind": "CapabilityPolicy", "metadata": {"name": "p", "generation": 2}, "spec": {"toolSelector": {}}""";
        var health = await ArgoHealth.OfAsync([
            Of($"{Policy}}}"),
            Of($$$"""{{{Policy}}}, "status": {"observedGeneration": 1, "conditions": [{"type": "Ready", "status": "True", "message": "m"}]}}"""),
            Of($$$"""{{{Policy}}}, "status": {"observedGeneration": 2, "conditions": [{"type": "Ready", "status": "True", "message": "m"}, {"type": "Stalled", "status": "False", "message": ""}]}}"""),
            Of($$$"""{{{Policy}}}, "status": {"observedGeneration": 2, "conditions": [{"type": "Ready", "status": "False", "message": "r"}, {"type": "Stalled", "status": "True", "message": "unknown field 'denny'"}]}}"""),
            Of("""{"apiVersion": "tapedeck.dev/v1alpha1", "kind": "WasmTool", "metadata": {"name": "w", "generation": 1, "deletionTimestamp": "2026-01-02T03:04:05Z"}, "spec": {}, "status": {"observedGeneration": 1, "conditions": [{"type": "Ready", "status": "True", "message": "m"}]}}"""),
            Of("""{"apiVersion": "tapedeck.dev/v1alpha1", "kind": "WasmTool", "metadata": {"name": "w", "generation": 1}, "spec": {"component": {"oci": {"suspend": true}}}, "status": {"observedGeneration": 1, "conditions": [{"type": "Ready", "status": "True", "message": "1 of 1 pods serve"}]}}"""),
            Of("""{"apiVersion": "tapedeck.dev/v1alpha1", "kind": "WasmTool", "metadata": {"name": "w", "generation": 1}, "spec": {}, "status": {"observedGeneration": 1, "conditions": [{"type": "Ready", "status": "False", "message": "no pod is ready"}, {"type": "Reconciling", "status": "True", "message": "0 of 1"}]}}"""),
        ]);
        Assert.Equal(
            [
                ("Progressing", "the operator has not come to this yet"), ("Progressing", "the operator has not come to this yet"), ("Healthy", "m"), ("Degraded", "unknown field 'denny'"),
                ("Progressing", "it is being deleted"), ("Healthy", "1 of 1 pods serve; it stays at this version, since spec.component.oci.suspend is true"), ("Degraded", "no pod is ready"),
            ],
            health);
    }

    [Fact]
    public void The_settings_of_Argo_CD_have_the_script_for_each_kind()
    {
        var data = Manifests.Read(Repository.Read("config", "argocd", "argocd-cm.yaml")).Single()["data"]!.AsObject();
        Assert.Equal(
            new[] { Kinds.WasmTools, Kinds.Policies, Kinds.Ceilings }.Select(kind => $"resource.customizations.health.tapedeck.dev_{kind.Kind}").Order(), data.Select(field => field.Key).Order());
        Assert.All(data, field => Assert.Equal(ArgoHealth.Script, field.Value!.GetValue<string>()));
    }

    /// <summary>Argo CD and Flux apply what is in the repository again and again, each under a name of its own, and neither may start a fight.</summary>
    [ApiServerFact]
    public async Task Who_applies_the_same_again_changes_nothing()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        await stage.ConditionAsync("Reconciling", "False/Done");
        await ApplyAsync(stage, "kustomize-controller");
        await ApplyAsync(stage, "argocd-controller");
        await Task.Delay(1_000);
        var before = await stage.VersionsAsync();
        for (var time = 0; time < 5; time++)
        {
            await ApplyAsync(stage, "kustomize-controller");
            await ApplyAsync(stage, "argocd-controller");
            await Task.Delay(300);
        }
        Assert.Equal(before, await stage.VersionsAsync());
        // What each of them owns is what it applied: the operator took nothing over, and has no field of the spec.
        var managers = (await stage.GetAsync(Kinds.WasmTools)).Find("metadata", "managedFields")!.Value.EnumerateArray().ToArray();
        Assert.DoesNotContain(managers, one => one.GetProperty("manager").GetString() == Names.FieldManager && one.GetProperty("fieldsV1").TryGetProperty("f:spec", out _));
    }

    [ApiServerFact]
    public async Task What_others_write_on_children_stays()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        await stage.PatchAsync(Kinds.Services, "weather", new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["acme.example/owner"] = "team-a" } } });
        await stage.PatchAsync(Kinds.Deployments, "weather", new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["argocd.argoproj.io/instance"] = "tools" } } });
        await stage.ApplyAsync(Kinds.WasmTools, "weather", $"{Plain}\nservice: {{port: 8080}}");
        await Eventually.Is("the Service has the new port", async () => (await stage.GetAsync(Kinds.Services)).Find("spec", "ports")!.Value[0].GetProperty("port").GetInt32() == 8080);
        Assert.Equal("team-a", (await stage.GetAsync(Kinds.Services)).Metadata.Annotations["acme.example/owner"]);
        Assert.Equal("tools", (await stage.GetAsync(Kinds.Deployments)).Metadata.Labels["argocd.argoproj.io/instance"]);
    }

    private async Task ApplyAsync(Stage stage, string manager)
    {
        var tool = new JsonObject
        {
            ["apiVersion"] = Kinds.WasmTools.ApiVersion,
            ["kind"] = Kinds.WasmTools.Kind,
            ["metadata"] = new JsonObject { ["name"] = "weather", ["namespace"] = stage.Namespace },
            ["spec"] = new JsonObject { ["component"] = new JsonObject { ["oci"] = new JsonObject { ["repository"] = "ghcr.io/acme/weather", ["ref"] = new JsonObject { ["tag"] = "v1" } } } },
        };
        await server.Client.ApplyAsync(Kinds.WasmTools, KubeObject.From(tool), new ApplyOptions(manager) { Force = true }, default);
    }

    private static async Task CaptureAsync(KubeObject[] states)
    {
        var health = await ArgoHealth.OfAsync(states);
        var captured = states.Select((state, index) =>
        {
            var json = JsonNode.Parse(state.Json.GetRawText())!.AsObject();
            foreach (var field in new[] { "uid", "resourceVersion", "managedFields", "creationTimestamp", "namespace" })
            {
                json["metadata"]!.AsObject().Remove(field);
            }
            return (JsonNode)new JsonObject { ["kstatus"] = KStatus.Of(state), ["argo"] = health[index].Status, ["object"] = json };
        });
        await File.WriteAllTextAsync(CapturedFile, new JsonArray([.. captured]).ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
    }

    private static string[] Squeeze(IEnumerable<string> texts) => [.. texts.Aggregate(new List<string>(), (all, text) => all.Count > 0 && all[^1] == text ? all : [.. all, text])];
}
