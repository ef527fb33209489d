using System.Text.Json.Nodes;
using Tapedeck.Operator.Tools;
using Xunit;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>An API server takes objects of 10,000 levels where a schema leaves fields open. Who writes one stops nobody but themselves.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class DeepObjectTests(ApiServer server)
{
    private const string Plain = "component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1}}}\nreplicas: 2";

    private const string TooDeep = "at most 32 levels are accepted";

    [ApiServerFact]
    public async Task A_deep_tool_and_a_deep_policy_are_said_to_be_so_and_others_go_on()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ApplyAsync(Kinds.WasmTools, "deep", Plain);
        await stage.ConditionAsync("Ready", "Unknown/Starting", name: "deep");
        await stage.PatchAsync(Kinds.WasmTools, "deep", Json.Object(("spec", Json.Object(("placement", Json.Object(("affinity", Deep())))))));
        await stage.ConditionAsync("Ready", "False/InvalidSpec", name: "deep");
        Assert.Contains(TooDeep, Condition.Find(await stage.GetAsync(Kinds.WasmTools, "deep"), "Ready")!.Message, StringComparison.Ordinal);
        await stage.ServeAsync(Plain);
        await stage.ApplyAsync(Kinds.Policies, "deep", "toolSelector: {matchLabels: {no: tool}}");
        await stage.PatchAsync(Kinds.Policies, "deep", Json.Object(("spec", Json.Object(("x", Deep())))));
        await stage.ConditionAsync("Ready", "False/InvalidPolicy", Kinds.Policies, "deep");
        Assert.Contains(TooDeep, Condition.Find(await stage.GetAsync(Kinds.Policies, "deep"), "Ready")!.Message, StringComparison.Ordinal);
        await stage.DeleteAsync(Kinds.Policies, "deep");
        // By a list as well as by a watch.
        await stage.StopAsync();
        stage.Start();
        await stage.ServeAsync(Plain, "second");
        await stage.ConditionAsync("Ready", "False/InvalidSpec", name: "deep");
        Assert.Empty(stage.Warnings);
    }

    /// <summary>Lists, since a server of 1.20 takes time for mappings that doubles with each level.</summary>
    private static JsonObject Deep()
    {
        JsonNode deep = new JsonArray();
        for (var i = 0; i < 2_000; i++)
        {
            deep = new JsonArray(deep);
        }
        return Json.Object(("a", deep));
    }
}
