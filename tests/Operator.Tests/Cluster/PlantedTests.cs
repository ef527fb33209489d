using System.Text.Json.Nodes;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Children;
using Tapedeck.Operator.Tools;
using Xunit;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>Somebody puts objects where pods of a tool would find them. No pod is to use what the operator did not write.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class PlantedTests(ApiServer server)
{
    private const string Plain = "component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1}}}\nreplicas: 2";
    private const string TooMuch = "{\"spec\": {\"limits\": {\"memory\": \"4Gi\", \"concurrentCalls\": 100}}}";

    public static TheoryData<string> Used => ["policy", "tool", "networkpolicies", "serviceaccounts"];

    [ApiServerTheory]
    [MemberData(nameof(Used))]
    public async Task No_pod_starts_with_what_was_there_before_the_tool(string which)
    {
        await using var stage = await Stage.OpenAsync(server, new FastTime(20));
        var (resource, name) = PlaceOf(stage, which);
        var theirs = await PlantAsync(stage, resource, name);
        await stage.ApplyAsync(Kinds.WasmTools, "weather", Plain);
        await stage.ConditionAsync("Stalled", "True/NameConflict");
        Assert.Null(await stage.FindAsync(Kinds.Deployments));
        Assert.Null(await stage.FindAsync(Kinds.Services));
        Assert.Equal(which is "networkpolicies" or "policy", (await stage.GetAsync(Kinds.WasmTools)).Find("status", "walls") is null);
        Assert.Equal(theirs.Metadata.ResourceVersion, (await stage.GetAsync(resource, name)).Metadata.ResourceVersion);
        await stage.DeleteAsync(resource, name);
        await stage.ConditionAsync("Ready", "Unknown/Starting");
        Assert.NotNull(await stage.FindAsync(Kinds.Deployments));
    }

    /// <summary>It looks as if a tool of this name had left it, and stays for good.</summary>
    [ApiServerFact]
    public async Task No_pod_starts_with_what_pretends_to_be_on_its_way_out()
    {
        await using var stage = await Stage.OpenAsync(server, new FastTime(20));
        var owner = Json.Object(("apiVersion", "tapedeck.dev/v1alpha1"), ("kind", "WasmTool"), ("name", "weather"), ("uid", Given.Uid), ("controller", true));
        await stage.MakeAsync(Kinds.ConfigMaps, null, "weather-policy", Json.Object(("ownerReferences", Json.Array(owner))), ("data", Json.Object(("policy.json", "{}"))));
        await stage.ApplyAsync(Kinds.WasmTools, "weather", Plain);
        await stage.ConditionAsync("Reconciling", "True/Clearing");
        Assert.Null(await stage.FindAsync(Kinds.Deployments));
        await stage.DeleteAsync(Kinds.ConfigMaps, "weather-policy");
        await stage.ConditionAsync("Ready", "Unknown/Starting");
    }

    [ApiServerTheory]
    [MemberData(nameof(Used))]
    public async Task Pods_that_run_are_stopped_where_theirs_is_replaced(string which)
    {
        await using var stage = await Stage.OpenAsync(server, new FastTime(20));
        await stage.ServeAsync(Plain);
        await stage.StopAsync();
        var (resource, name) = PlaceOf(stage, which);
        await stage.DeleteAsync(resource, name);
        var theirs = await PlantAsync(stage, resource, name);
        stage.Start();
        await StopsAsync(stage);
        Assert.Equal(theirs.Metadata.ResourceVersion, (await stage.GetAsync(resource, name)).Metadata.ResourceVersion);
        await stage.DeleteAsync(resource, name);
        await ComesBackAsync(stage);
    }

    /// <summary>An owner is for everybody to claim. What is immutable cannot be mended, and kubelet does not look at it again.</summary>
    [ApiServerTheory]
    [InlineData("policy")]
    [InlineData("tool")]
    public async Task Pods_are_stopped_where_theirs_claims_to_be_ours_and_cannot_be_changed(string which)
    {
        await using var stage = await Stage.OpenAsync(server, new FastTime(20));
        await stage.ServeAsync(Plain);
        await stage.StopAsync();
        var (resource, name) = PlaceOf(stage, which);
        var owner = JsonNode.Parse((await stage.GetAsync(resource, name)).Find("metadata", "ownerReferences")!.Value.GetRawText());
        await stage.DeleteAsync(resource, name);
        await stage.MakeAsync(resource, null, name, Json.Object(("ownerReferences", owner)), ("immutable", true), ("data", Json.Object(("policy.json", "{}"), ("tool.json", "{}"))));
        stage.Start();
        await StopsAsync(stage);
        await stage.DeleteAsync(resource, name);
        await ComesBackAsync(stage);
    }

    /// <summary>A spec that cannot be followed keeps pods of before, and is no shelter for what was replaced under them.</summary>
    [ApiServerTheory]
    [MemberData(nameof(Used))]
    public async Task Pods_are_stopped_under_a_spec_that_cannot_be_followed_as_well(string which)
    {
        await using var stage = await Stage.OpenAsync(server, new FastTime(20));
        await stage.ServeAsync(Plain);
        var (resource, name) = PlaceOf(stage, which);
        await stage.PatchAsync(Kinds.WasmTools, "weather", JsonNode.Parse(TooMuch)!.AsObject());
        await stage.ConditionAsync("Stalled", "True/InvalidSpec");
        await stage.StopAsync();
        await stage.DeleteAsync(resource, name);
        await PlantAsync(stage, resource, name);
        stage.Start();
        await StopsAsync(stage);
    }

    /// <summary>Nobody else knows how many pods an autoscaler had asked for.</summary>
    [ApiServerTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task As_many_pods_come_back_as_others_had_asked_for(bool isUnderBadSpec)
    {
        await using var stage = await Stage.OpenAsync(server, new FastTime(20));
        await stage.ServeAsync("component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1}}}");
        await stage.PatchAsync(Kinds.Deployments, "weather", Json.Object(("spec", Json.Object(("replicas", 7)))));
        await stage.RolledOutAsync();
        if (isUnderBadSpec)
        {
            await stage.PatchAsync(Kinds.WasmTools, "weather", JsonNode.Parse(TooMuch)!.AsObject());
            await stage.ConditionAsync("Stalled", "True/InvalidSpec");
        }
        await stage.StopAsync();
        await stage.DeleteAsync(Kinds.ConfigMaps, "weather-policy");
        await PlantAsync(stage, Kinds.ConfigMaps, "weather-policy");
        stage.Start();
        await StopsAsync(stage);
        // What is not followed meanwhile forgets nothing.
        await stage.PatchAsync(Kinds.WasmTools, "weather", JsonNode.Parse(TooMuch)!.AsObject());
        await stage.ConditionAsync("ArtifactResolved", isUnderBadSpec ? "Unknown/InvalidSpec" : "True/Resolved");
        await stage.DeleteAsync(Kinds.ConfigMaps, "weather-policy");
        await ComesBackAsync(stage, 7, isUnderBadSpec ? "False/InvalidSpec" : "True/Serving");
        await stage.PatchAsync(Kinds.WasmTools, "weather", JsonNode.Parse("{\"spec\": {\"limits\": null}}")!.AsObject());
        await stage.ConditionAsync("Ready", "True/Serving");
        Assert.Equal(7, (await stage.GetAsync(Kinds.Deployments)).Find("spec", "replicas")!.Value.GetInt32());
        Assert.False((await stage.GetAsync(Kinds.Deployments)).Metadata.Annotations.ContainsKey(Names.StoppedFromAnnotation));
    }

    [ApiServerFact]
    public async Task Nobody_is_told_that_pods_are_stopped_or_wanted_where_that_is_refused()
    {
        await using var way = await FaultyWay.OpenAsync(server);
        await using var stage = await Stage.OpenAsync(server, new FastTime(20), way.Client);
        async Task SaysAsync(string start) => await Eventually.Is($"{start} is said; {stage.Said}", async () =>
            Condition.Find(await stage.GetAsync(Kinds.WasmTools), "Ready") is { Status: false, Reason: "Withheld" } ready && ready.Message.StartsWith(start, StringComparison.Ordinal) && ready.Message.Contains("Deployment weather is refused", StringComparison.Ordinal));
        await stage.ServeAsync("component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1}}}");
        await stage.StopAsync();
        await stage.DeleteAsync(Kinds.ConfigMaps, "weather-policy");
        await PlantAsync(stage, Kinds.ConfigMaps, "weather-policy");
        static int? Refuse(Microsoft.AspNetCore.Http.HttpRequest request) => request.Method == "PATCH" && request.Path.Value!.EndsWith("/deployments/weather", StringComparison.Ordinal) ? 403 : null;
        way.Refuse = Refuse;
        stage.Start();
        await SaysAsync("pods are to be stopped, since what they read is not this tool's, and still run");
        way.Refuse = _ => null;
        await StopsAsync(stage);
        way.Refuse = Refuse;
        await stage.DeleteAsync(Kinds.ConfigMaps, "weather-policy");
        await SaysAsync("pods were stopped, and are not asked for again yet");
        way.Refuse = _ => null;
        await ComesBackAsync(stage, 1);
    }

    /// <summary>What a new version would read concerns nobody who runs the old one.</summary>
    [ApiServerFact]
    public async Task Pods_of_before_go_on_where_the_tool_of_new_ones_is_planted()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        await using var witness = await stage.WatchedAsync();
        var next = PlaceOf(stage, "tool", Given.OtherDigest);
        await PlantAsync(stage, next.Resource, next.Name);
        stage.Registry = request => new Operator.Artifacts.Resolution.Found(new(request.Source.Repository, "v1", Given.OtherDigest, request.Inputs, [Given.Signer]));
        await stage.LookAsync("1");
        await stage.ConditionAsync("Stalled", "True/NameConflict");
        var deployment = await stage.GetAsync(Kinds.Deployments);
        Assert.Equal((2, 1), (deployment.Find("spec", "replicas")!.Value.GetInt32(), deployment.Metadata.Generation));
        // What still runs goes on counting for policies.
        Assert.Equal(Given.Digest, (await stage.GetAsync(Kinds.WasmTools)).Find("status", "superseded")!.Value[0].GetProperty("digest").GetString());
        witness.SawNothingWrong();
    }

    private static async Task StopsAsync(Stage stage)
    {
        await Eventually.Is($"pods are stopped; {stage.Said}", async () => (await stage.GetAsync(Kinds.Deployments)).Find("spec", "replicas")!.Value.GetInt32() == 0);
        await stage.ConditionAsync("Ready", "False/Withheld");
        await stage.ConditionAsync("Stalled", "True/NameConflict");
    }

    private static async Task ComesBackAsync(Stage stage, int pods = 2, string ready = "True/Serving")
    {
        await Eventually.Is($"pods are asked for again; {stage.Said}", async () => (await stage.GetAsync(Kinds.Deployments)).Find("spec", "replicas")!.Value.GetInt32() == pods);
        await stage.RolledOutAsync();
        await stage.ConditionAsync("Ready", ready);
    }

    private static Task<KubeObject> PlantAsync(Stage stage, Resource resource, string name) => resource.Plural switch
    {
        "configmaps" => stage.MakeAsync(resource, null, name, content: ("data", Json.Object(("policy.json", "{}"), ("tool.json", "{}")))),
        "networkpolicies" => stage.MakeAsync(resource, "podSelector: {}\negress: [{}]", name),
        _ => stage.MakeAsync(resource, null, name),
    };

    /// <summary>Where the operator would put it. The name of a tool's ConfigMap is no secret to who knows the spec.</summary>
    private static (Resource Resource, string Name) PlaceOf(Stage stage, string which, string digest = Given.Digest) => which switch
    {
        "policy" => (Kinds.ConfigMaps, "weather-policy"),
        "tool" => (Kinds.ConfigMaps, ToolMap(stage.Namespace, digest)),
        _ => (Kinds.Owned.Single(resource => resource.Plural == which), "weather"),
    };

    private static string ToolMap(string @namespace, string digest)
    {
        var json = JsonNode.Parse(Given.Tool(Plain).Json.GetRawText())!.AsObject();
        json["metadata"]!["namespace"] = @namespace;
        var (tool, problems) = Gathering.Read(KubeObject.From(json));
        Assert.Empty(problems);
        return Names.ToolConfigMap("weather", ConfigMapChildren.ToolContent(tool!, digest));
    }
}
