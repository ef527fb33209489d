using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Manifest;
using Tapedeck.Operator.Policies;
using Tapedeck.Operator.Tools;
using Xunit;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>What the status says of policies that do not do what they say.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class PolicyTests(ApiServer server)
{
    private const string Plain = "component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1}}}\nreplicas: 1";

    [ApiServerFact]
    public async Task Policies_that_contradict_each_other_say_so_and_so_does_the_tool()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        await stage.ApplyAsync(Kinds.Policies, "one", "toolSelector: {}\nenvironment: {allow: [{name: API_KEY, value: a}]}");
        await stage.ConditionAsync("PolicyAccepted", "True/Enforcing");
        await stage.ApplyAsync(Kinds.Policies, "two", "toolSelector: {}\nenvironment: {allow: [{name: API_KEY, value: b}]}");
        await stage.ApplyAsync(Kinds.Policies, "three", "toolSelector: {}\nenvironment: {allow: [{name: OTHER, value: b}]}");
        await stage.ConditionAsync("PolicyAccepted", "True/PolicyConflict");
        var said = $"environment API_KEY: {stage.Namespace}/one spec.environment.allow[0], {stage.Namespace}/two spec.environment.allow[0] give different values; none is granted";
        Assert.Equal($"policies say different things of this tool: {said}", Condition.Find(await stage.GetAsync(Kinds.WasmTools), "PolicyAccepted")!.Message);
        foreach (var name in new[] { "one", "two" })
        {
            await Eventually.Is($"{name} tells of the conflict", async () => (await ConflictsAsync(stage, name)) is [var conflict] && conflict == said);
        }
        Assert.Empty(await ConflictsAsync(stage, "three"));
        await stage.DeleteAsync(Kinds.Policies, "two");
        await Eventually.Is("the conflict is over", async () => (await ConflictsAsync(stage, "one")) is []);
    }

    [ApiServerFact]
    public async Task What_is_granted_and_not_there_is_told_until_it_is()
    {
        await using var stage = await Stage.OpenAsync(server, new FastTime(20));
        await stage.ServeAsync(Plain);
        const string missing = "the key token of Secret weather-secrets is not mounted";
        stage.Pods = tool => Stage.Obedient(tool) with { Unavailable = [missing] };
        await stage.ApplyAsync(Kinds.Policies, "one", "toolSelector: {}\nenvironment: {allow: [{name: TOKEN, valueFrom: {secretKeyRef: {name: weather-secrets, key: token}}}]}");
        await stage.ConditionAsync("Reconciling", "True/RollingOut");
        await stage.RolledOutAsync();
        await stage.ConditionAsync("PolicyAccepted", "True/MissingValues");
        Assert.Contains(missing, Condition.Find(await stage.GetAsync(Kinds.WasmTools), "PolicyAccepted")!.Message, StringComparison.Ordinal);
        stage.Pods = Stage.Obedient;
        await stage.ConditionAsync("PolicyAccepted", "True/Enforcing");
        stage.Pods = tool => Stage.Obedient(tool) with { Problems = ["policy.json: the generation is not a number"] };
        await stage.ApplyAsync(Kinds.Policies, "two", "toolSelector: {}\nnetwork: {allow: [{host: api.example}]}");
        await stage.ConditionAsync("PolicyAccepted", "False/NotFollowed");
    }

    /// <summary>Whoever may write ConfigMaps may have pods read something else for a moment.</summary>
    [ApiServerTheory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(PolicySnapshot.MostGeneration)]
    public async Task What_somebody_wrote_over_the_policies_is_put_right_under_another_number_and_counts_for_nothing(long ahead)
    {
        await using var stage = await Stage.OpenAsync(server, new FastTime(5));
        await stage.ApplyAsync(Kinds.Policies, "one", "toolSelector: {}\nnetwork: {deny: [{host: bad.example}]}");
        await stage.ServeAsync(Plain);
        await EnforcingAsync(1);
        var before = await stage.HandedAsync();
        var number = Math.Min(before.Generation + ahead, PolicySnapshot.MostGeneration);
        var edit = (await stage.PolicyAsync()).Replace("bad.example", "none.example", StringComparison.Ordinal).Replace($"\"generation\":{before.Generation}", $"\"generation\":{number}", StringComparison.Ordinal);
        // Kubelet was told to hurry, and the pod has read it.
        stage.Enforces = _ => new(number, PolicySnapshot.HashOf(edit));
        await stage.PatchAsync(Kinds.ConfigMaps, "weather-policy", Json.Object(("data", Json.Object(("policy.json", edit)))));
        await Eventually.Is("it is put right", async () => (await stage.PolicyAsync()).Contains("bad.example", StringComparison.Ordinal));
        await EnforcingAsync(0);
        Assert.Equal(0, (await stage.GetAsync(Kinds.WasmTools)).Find("status", "enforcedPolicyGeneration")!.Value.GetInt64());
        var after = await stage.HandedAsync();
        Assert.True(after.Generation > before.Generation && after.Generation < 10, $"{after}");
        stage.Enforces = file => file;
        await EnforcingAsync(1);
        Assert.Equal(after, await stage.HandedAsync());

        // What others add is no reason to hand out anything anew.
        await stage.PatchAsync(Kinds.ConfigMaps, "weather-policy", Json.Object(("metadata", Json.Object(("annotations", Json.Object(("example.com/checksum", "1")))))));
        await Task.Delay(1_000);
        Assert.Equal(after, await stage.HandedAsync());

        Task EnforcingAsync(int expected) => Eventually.Is($"{expected} pods enforce it", async () => (await stage.GetAsync(Kinds.Policies, "one")).Find("status", "enforcing")?.GetInt32() == expected);
    }

    [ApiServerFact]
    public async Task What_cannot_be_put_right_is_told_and_counts_for_nothing()
    {
        await using var stage = await Stage.OpenAsync(server, new FastTime(5));
        await stage.ApplyAsync(Kinds.Policies, "one", "toolSelector: {}");
        await stage.ServeAsync(Plain);
        await Eventually.Is("it is enforced", async () => (await stage.GetAsync(Kinds.Policies, "one")).Find("status", "enforcing")?.GetInt32() == 1);
        stage.Enforces = file => file with { Hash = "of the edit" };
        await stage.PatchAsync(Kinds.ConfigMaps, "weather-policy", Json.Object(("immutable", true), ("data", Json.Object(("policy.json", "{}")))));
        await stage.ConditionAsync("Stalled", "True/NameConflict");
        await stage.ConditionAsync("Ready", "False/Withheld");
        await Eventually.Is("it is not enforced", async () => (await stage.GetAsync(Kinds.Policies, "one")).Find("status", "enforcing")?.GetInt32() == 0);
        // A person deletes it. The pods are gone already.
        await stage.DeleteAsync(Kinds.ConfigMaps, "weather-policy");
        stage.Enforces = file => file;
        await Eventually.Is("it is enforced again", async () => (await stage.GetAsync(Kinds.Policies, "one")).Find("status", "enforcing")?.GetInt32() == 1);
    }

    /// <summary>Applying what is there already changes nothing on the server, and is a request all the same.</summary>
    [ApiServerFact]
    public async Task Conditions_of_others_on_a_policy_are_theirs_and_no_reason_to_write()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ApplyAsync(Kinds.Policies, "one", "toolSelector: {}");
        await stage.ConditionAsync("Ready", "True/Accepted", Kinds.Policies, "one");
        await stage.StopAsync();
        var conditions = JsonNode.Parse((await stage.GetAsync(Kinds.Policies, "one")).Find("status", "conditions")!.Value.GetRawText())!.AsArray();
        conditions.Add((JsonNode)Json.Object(("type", "Audited"), ("status", "True"), ("reason", "Somebody"), ("message", "m"), ("lastTransitionTime", KubeTime.Seconds(Given.Now))));
        await StatusAsync(stage, Json.Object(("conditions", conditions)));
        Assert.True(Condition.Find(await stage.GetAsync(Kinds.Policies, "one"), "Audited")!.Status);
        await using var way = await FaultyWay.OpenAsync(server);
        var writes = new ConcurrentQueue<string>();
        way.Before = request =>
        {
            if (HttpMethods.IsPatch(request.Method))
            {
                writes.Enqueue(request.Path);
            }
            return Task.CompletedTask;
        };

        await ReconcileAsync(stage, way.Client);
        Assert.Empty(writes);
        // What is the operator's to say is put right, and stays so.
        await StatusAsync(stage, Json.Object(("selected", 7), ("conflicts", Json.Texts(["made up"]))));
        await ReconcileAsync(stage, way.Client);
        Assert.NotEmpty(writes);
        writes.Clear();
        await ReconcileAsync(stage, way.Client);
        Assert.Empty(writes);
        var policy = await stage.GetAsync(Kinds.Policies, "one");
        Assert.Equal(0, policy.Find("status", "selected")!.Value.GetInt32());
        Assert.Null(policy.Find("status", "conflicts"));
    }

    private Task<KubeObject> StatusAsync(Stage stage, JsonObject status) =>
        server.Client.PatchAsync(Kinds.Policies, new(stage.Namespace, "one"), PatchKind.Merge, Json.Object(("status", status)), "somebody", Subresource.Status, default);

    private static async Task ReconcileAsync(Stage stage, KubeClient client)
    {
        var caches = await stage.CachesAsync();
        using var stop = new CancellationTokenSource();
        var work = Task.WhenAll(caches.Policies.RunAsync(stop.Token), caches.Namespaces!.RunAsync(stop.Token));
        await Task.WhenAll(caches.Policies.Synced, caches.Namespaces.Synced);
        await stop.CancelAsync();
        await work;
        await new PolicyReconciler<Tapedeck.Policy.Specs.CapabilityPolicySpec>(client, Kinds.Policies, caches.Policies, _ => [], Selecting.Selects, (_, _) => [], caches, TimeProvider.System)
            .ReconcileAsync(new(stage.Namespace, "one"), default);
    }

    private static async Task<string[]> ConflictsAsync(Stage stage, string name) =>
        (await stage.GetAsync(Kinds.Policies, name)).Find("status", "conflicts") is { } conflicts ? [.. conflicts.EnumerateArray().Select(item => item.GetString()!)] : [];
}
