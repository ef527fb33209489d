using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Tools;
using Xunit;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>Whether ceilings and policies reach pods that run, whatever becomes of the rest of what the tool is to have.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class HandedTests(ApiServer server)
{
    private const string Plain = "component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1}}}\nreplicas: 2";
    private static readonly Resource Quotas = new("", "v1", "resourcequotas", "ResourceQuota");

    /// <summary>Each letter takes two bytes of the spec, and six of the ConfigMap.</summary>
    [ApiServerFact]
    public async Task A_spec_whose_ConfigMap_is_too_large_keeps_no_ceiling_from_pods()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        await using var witness = await stage.WatchedAsync();
        var overrides = new JsonObject(Enumerable.Range(0, 60).Select(i => KeyValuePair.Create<string, JsonNode?>($"tool-{i}", Json.Object(("description", new string('ж', 4_096))))));
        await stage.PatchAsync(Kinds.WasmTools, "weather", Json.Object(("spec", Json.Object(("tools", Json.Object(("overrides", overrides)))))));
        await stage.ConditionAsync("Stalled", "True/InvalidSpec");
        await IsHandedOnAsync(stage);
        await IsQuietAsync(stage);
        witness.SawNothingWrong();
    }

    [ApiServerFact]
    public async Task A_quota_that_leaves_no_room_for_a_new_tool_keeps_no_ceiling_from_pods()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        await using var witness = await stage.WatchedAsync();
        await FillAsync(stage, "configmaps");
        await stage.PatchAsync(Kinds.WasmTools, "weather", Json.Object(("spec", Json.Object(("tools", Json.Object(("prefix", "new-")))))));
        await stage.ConditionAsync("Reconciling", "True/ChildRefused");
        await IsHandedOnAsync(stage);
        await IsQuietAsync(stage);
        Assert.Equal(1, (await stage.GetAsync(Kinds.Deployments)).Metadata.Generation);
        await stage.ConditionAsync("Ready", "True/Serving");
        witness.SawNothingWrong();
    }

    [ApiServerFact]
    public async Task A_namespace_without_room_is_not_asked_again_and_again()
    {
        await using var stage = await Stage.OpenAsync(server);
        await FillAsync(stage, "configmaps");
        await stage.ApplyAsync(Kinds.WasmTools, "weather", Plain);
        await stage.ConditionAsync("Reconciling", "True/ChildRefused");
        await IsQuietAsync(stage);
        Assert.Null(await stage.FindAsync(Kinds.Deployments));
    }

    /// <summary>Whoever fills a quota and deletes the policies of pods that run leaves them with what these said.</summary>
    [ApiServerFact]
    public async Task Pods_whose_policies_are_gone_and_cannot_be_made_anew_are_stopped()
    {
        await using var stage = await Stage.OpenAsync(server, new FastTime(20));
        await stage.ServeAsync(Plain);
        await stage.StopAsync();
        await stage.DeleteAsync(Kinds.ConfigMaps, "weather-policy");
        var quota = await FillAsync(stage, "configmaps");
        stage.Start();
        await Eventually.Is($"pods are stopped; {stage.Said}", async () => (await stage.GetAsync(Kinds.Deployments)).Find("spec", "replicas")!.Value.GetInt32() == 0);
        await stage.ConditionAsync("Ready", "False/Withheld");
        await server.Client.DeleteAsync(Quotas, quota.Key, new DeleteOptions(), default);
        await Eventually.Is($"pods are asked for again; {stage.Said}", async () => (await stage.GetAsync(Kinds.Deployments)).Find("spec", "replicas")!.Value.GetInt32() == 2);
    }

    [ApiServerFact]
    public async Task What_a_ceiling_forbids_is_stopped_where_its_policies_are_refused()
    {
        await using var way = await FaultyWay.OpenAsync(server);
        await using var stage = await Stage.OpenAsync(server, @as: way.Client);
        await stage.ServeAsync(Plain);
        way.Refuse = request => request.Method == "PATCH" && request.Path.Value!.EndsWith("/configmaps/weather-policy", StringComparison.Ordinal) ? 403 : null;
        await using (await stage.CeilingAsync("registries: [registry.example]"))
        {
            await stage.ConditionAsync("Ready", "False/NotAllowed");
            Assert.Equal(0, (await stage.GetAsync(Kinds.Deployments)).Find("spec", "replicas")!.Value.GetInt32());
            await IsQuietAsync(stage);
        }
    }

    /// <summary>A webhook that fails closed, and is away.</summary>
    [ApiServerTheory]
    [InlineData("services", false, 500)]
    [InlineData("services", true, 500)]
    [InlineData("services", true, 404)]
    [InlineData("services", true, 409)]
    [InlineData("deployments", false, 500)]
    [InlineData("deployments", false, 409)]
    public async Task A_child_that_fails_again_and_again_is_said_and_keeps_up_nothing_else(string plural, bool isServing, int code)
    {
        await using var way = await FaultyWay.OpenAsync(server);
        await using var stage = await Stage.OpenAsync(server, @as: way.Client);
        if (isServing)
        {
            await stage.ServeAsync(Plain);
        }
        await using var witness = await stage.WatchedAsync();
        way.Refuse = request => request.Method == "PATCH" && request.Path.Value!.Contains($"/{plural}/", StringComparison.Ordinal) ? code : null;
        if (isServing)
        {
            await stage.PatchAsync(Kinds.Services, "weather", Json.Object(("spec", Json.Object(("selector", Json.Object(("app", "evil")))))));
        }
        else
        {
            await stage.ApplyAsync(Kinds.WasmTools, "weather", Plain);
        }
        await stage.ConditionAsync("Reconciling", "True/ChildFailed");
        await stage.ConditionAsync("Ready", isServing ? "True/Serving" : plural == "services" ? "Unknown/Starting" : "Unknown/Resolving");
        Assert.StartsWith(plural == "services" ? "Service weather" : "Deployment weather", Condition.Find(await stage.GetAsync(Kinds.WasmTools), "Reconciling")!.Message, StringComparison.Ordinal);
        Assert.Equal(plural == "services", await stage.FindAsync(Kinds.OldDisruptionBudgets) is not null);
        await IsQuietAsync(stage);
        way.Refuse = _ => null;
        await stage.ConditionAsync("Stalled", "False/Progressing");
        await stage.ConditionAsync("Reconciling", isServing ? "False/Done" : "True/RollingOut");
        witness.SawNothingWrong();
    }

    /// <summary>A webhook that is waited for in vain: few passes take long.</summary>
    [ApiServerFact]
    public async Task A_child_that_fails_slowly_is_said_as_soon()
    {
        await using var way = await FaultyWay.OpenAsync(server);
        await using var stage = await Stage.OpenAsync(server, @as: way.Client);
        bool IsWrite(HttpRequest request) => request.Method == "PATCH" && request.Path.Value!.EndsWith("/services/weather", StringComparison.Ordinal);
        way.Before = request => IsWrite(request) ? Task.Delay(5_000) : Task.CompletedTask;
        way.Refuse = request => IsWrite(request) ? 500 : null;
        var watch = Stopwatch.StartNew();
        await stage.ApplyAsync(Kinds.WasmTools, "weather", Plain);
        await stage.ConditionAsync("Reconciling", "True/ChildFailed");
        Assert.InRange(watch.Elapsed.TotalSeconds, 5, 20);
    }

    /// <summary>An admission rule that came later, which looks at what is there already once it is written again.</summary>
    [ApiServerFact]
    public async Task Pods_run_on_where_what_they_read_is_refused_and_still_ours()
    {
        await using var way = await FaultyWay.OpenAsync(server);
        await using var stage = await Stage.OpenAsync(server, @as: way.Client);
        await stage.ServeAsync(Plain);
        await stage.StopAsync();
        way.Refuse = request => request.Method == "PATCH" && request.Path.Value!.Contains("/configmaps/weather-tool-", StringComparison.Ordinal) ? 422 : null;
        stage.Start();
        await stage.ConditionAsync("Stalled", "True/ChildRefused");
        Assert.Equal(2, (await stage.GetAsync(Kinds.Deployments)).Find("spec", "replicas")!.Value.GetInt32());
    }

    [ApiServerFact]
    public async Task Old_tools_are_deleted_where_something_that_pods_do_not_start_with_is_refused()
    {
        await using var way = await FaultyWay.OpenAsync(server);
        await using var stage = await Stage.OpenAsync(server, @as: way.Client);
        way.Refuse = request => request.Method == "PATCH" && request.Path.Value!.EndsWith("/services/weather", StringComparison.Ordinal) ? 403 : null;
        await stage.ApplyAsync(Kinds.WasmTools, "weather", Plain);
        foreach (var prefix in new[] { "a-", "b-", "c-" })
        {
            var before = Rollout.Of(await stage.FindAsync(Kinds.Deployments)).ToolConfigMap;
            await stage.PatchAsync(Kinds.WasmTools, "weather", Json.Object(("spec", Json.Object(("tools", Json.Object(("prefix", prefix)))))));
            await Eventually.Is($"{prefix} is rolled out; {stage.Said}", async () => Rollout.Of(await stage.FindAsync(Kinds.Deployments)).ToolConfigMap is { Length: > 0 } now && now != before);
            await stage.RolledOutAsync();
            await stage.ConditionAsync("Reconciling", "True/ChildRefused");
        }
        await Eventually.Is($"one tool is left; {stage.Said}", async () =>
            (await server.Client.ListAsync(Kinds.ConfigMaps, new Selection { Namespace = stage.Namespace, LabelSelector = Names.OwnedSelector }, default)).Items.Count(map => map.Key.Name.StartsWith("weather-tool-", StringComparison.Ordinal)) == 1);
        await stage.ConditionAsync("Ready", "True/Serving");
    }

    private static async Task IsHandedOnAsync(Stage stage)
    {
        await using (await stage.CeilingAsync("network: {deny: [{host: evil.example}]}"))
        {
            await Eventually.Is($"the ceiling is in the policies; {stage.Said}", async () => (await stage.PolicyAsync()).Contains("evil.example", StringComparison.Ordinal));
            var map = await stage.GetAsync(Kinds.ConfigMaps, "weather-policy");
            await Eventually.Is("the status has its number", async () =>
                (await stage.GetAsync(Kinds.WasmTools)).Find("status", "policyGeneration")!.Value.GetRawText() == map.Metadata.Annotations["tapedeck.dev/policy-generation"]);
        }
    }

    private static Task IsQuietAsync(Stage stage) => Eventually.Is($"nothing is written for two seconds; {stage.Said}", async () =>
    {
        var version = (await stage.GetAsync(Kinds.WasmTools)).Metadata.ResourceVersion;
        await Task.Delay(2_000);
        return version == (await stage.GetAsync(Kinds.WasmTools)).Metadata.ResourceVersion;
    });

    /// <summary>No more of these than there are. This server counts none by itself where nothing is made, so that what it counts is written.</summary>
    private async Task<KubeObject> FillAsync(Stage stage, string plural)
    {
        var quota = await stage.MakeAsync(Quotas, $"hard: {{{plural}: '0'}}", "none");
        await Eventually.Is("the quota is counted", async () => (await stage.GetAsync(Quotas, "none")).Find("status", "hard") is not null || await CountAsync(quota, plural));
        return quota;
    }

    private async Task<bool> CountAsync(KubeObject quota, string plural)
    {
        await server.Client.PatchAsync(Quotas, quota.Key, PatchKind.Merge, Json.Object(("status", Json.Object(("hard", Json.Object((plural, "0"))), ("used", Json.Object((plural, "0")))))), "tests", Subresource.Status, default);
        return false;
    }
}
