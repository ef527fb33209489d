using System.Text.Json;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Policy.Specs;
using Xunit;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>The operator against a real API server.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class ToolTests(ApiServer server)
{
    private const string Two = "component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1}, interval: 30s}}\nreplicas: 2";

    [ApiServerFact]
    public async Task A_tool_gets_its_children_and_is_ready_when_its_pods_are()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ApplyAsync(Kinds.WasmTools, "weather", Two);
        await stage.ConditionAsync("Ready", "Unknown/Starting");
        foreach (var resource in new[] { Kinds.Services, Kinds.ServiceAccounts, Kinds.NetworkPolicies, Kinds.OldDisruptionBudgets, Kinds.Deployments })
        {
            var child = await stage.GetAsync(resource);
            Assert.Equal("weather", child.Metadata.ControllerOwner!.Name);
        }
        Assert.Equal("1", (await stage.GetAsync(Kinds.ConfigMaps, "weather-policy")).Metadata.Annotations["tapedeck.dev/policy-generation"]);
        await stage.RolledOutAsync();
        await stage.ConditionAsync("Ready", "True/Serving");
        await stage.ConditionAsync("Reconciling", "False/Done");
        var tool = await stage.GetAsync(Kinds.WasmTools);
        Assert.Equal(tool.Metadata.Generation, tool.Find("status", "observedGeneration")!.Value.GetInt64());
        Assert.Equal(Given.Digest, tool.Find("status", "artifact", "digest")!.Value.GetString());
        Assert.Equal(2, tool.Find("status", "replicas")!.Value.GetInt32());
    }

    [ApiServerFact]
    public async Task A_registry_is_not_asked_in_a_way_that_the_installer_forbids()
    {
        await using var stage = await Stage.OpenAsync(server);
        var asked = new System.Collections.Concurrent.ConcurrentQueue<string>();
        stage.Registry = request =>
        {
            asked.Enqueue(request.Source.Repository);
            return Given.Found(request.Inputs);
        };
        await stage.ApplyAsync(Kinds.WasmTools, "weather", "component: {oci: {repository: plain.example/acme/weather, ref: {tag: v1}, plainHttp: true, pullSecrets: [mine]}}");
        await stage.ConditionAsync("Ready", "False/NotAllowed");
        await stage.ApplyAsync(Kinds.WasmTools, "other", Two);
        await stage.ConditionAsync("Ready", "Unknown/Starting", name: "other");
        Assert.Equal(["ghcr.io/acme/weather"], asked.Distinct());
    }

    [ApiServerFact]
    public async Task A_registry_that_the_installer_does_not_name_is_not_asked()
    {
        await using var stage = await Stage.OpenAsync(server, settings: usual => usual with { Registries = [Prefix("ghcr.io/acme"), Prefix("registry.example")] });
        var asked = new System.Collections.Concurrent.ConcurrentQueue<string>();
        stage.Registry = request =>
        {
            asked.Enqueue(request.Source.Repository);
            return Given.Found(request.Inputs);
        };
        await stage.ApplyAsync(Kinds.WasmTools, "weather", "component: {oci: {repository: ghcr.io/acme-evil/weather, ref: {tag: v1}, pullSecrets: [mine]}}");
        await stage.ConditionAsync("Ready", "False/NotAllowed");
        await stage.ApplyAsync(Kinds.WasmTools, "other", Two);
        await stage.ConditionAsync("Ready", "Unknown/Starting", name: "other");
        Assert.Equal(["ghcr.io/acme/weather"], asked.Distinct());

        static RepositoryPrefix Prefix(string text) => RepositoryPrefix.TryParse(text, out var prefix, out var expected) ? prefix : throw new FormatException(expected);
    }

    /// <summary>An authority that a tool names for itself certifies as many as it likes, under names as long as it likes.</summary>
    [ApiServerFact]
    public async Task More_signers_than_a_status_holds_leave_those_that_policies_can_name()
    {
        await using var stage = await Stage.OpenAsync(server);
        var claimed = Enumerable.Range(0, 30).Select(i => new Signer("", "CN=an authority of our own", $"CN={i:d2} {new string('x', i == 3 ? 5_000 : 5)}") { IsClaimed = true });
        stage.Registry = request => new Resolution.Found(new Artifact(request.Source.Repository, "v1", Given.Digest, request.Inputs, [.. claimed, Given.Signer, new Signer("", "https://z.example", "z")]));
        await stage.ServeAsync(Two);
        var signers = (await stage.GetAsync(Kinds.WasmTools)).Find("status", "artifact", "signers")!.Value.EnumerateArray().Select(text => text.GetString()!).ToArray();
        Assert.Equal(16, signers.Length);
        Assert.Contains(Given.Signer.ToString(), signers);
        Assert.Contains("z by https://z.example", signers);
        // What is read again is what was written: pods of before are not another version.
        Assert.Null((await stage.GetAsync(Kinds.WasmTools)).Find("status", "superseded"));
        Assert.Empty(stage.Warnings);
    }

    [ApiServerFact]
    public async Task A_registry_is_asked_again_at_once_when_it_is_asked_with_other_secrets()
    {
        await using var stage = await Stage.OpenAsync(server);
        stage.Registry = request => request.Source.PullSecrets.IsEmpty
            ? new Resolution.Failed(ResolutionFailure.NotResolved, "Unauthorized", "a login is asked for", IsRetryable: false)
            : Given.Found(request.Inputs);
        await stage.ApplyAsync(Kinds.WasmTools, "weather", "component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1}, interval: 24h}}");
        await stage.ConditionAsync("Stalled", "True/Unauthorized");
        await stage.ApplyAsync(Kinds.WasmTools, "weather", "component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1}, interval: 24h, pullSecrets: [mine]}}");
        await stage.ConditionAsync("ArtifactResolved", "True/Resolved");
    }

    [ApiServerFact]
    public async Task Nothing_is_written_while_nothing_changes_and_after_a_restart()
    {
        await using var stage = await Stage.OpenAsync(server);
        await ServingAsync(stage);
        var before = await stage.VersionsAsync();
        await Task.Delay(3_000);
        Assert.Equal(before, await stage.VersionsAsync());
        await stage.StopAsync();
        stage.Registry = _ => new Resolution.Failed(ResolutionFailure.NotResolved, "Unreachable", "no answer", IsRetryable: true);
        stage.Start();
        // The registry is down, and says so; what serves goes on.
        await stage.ConditionAsync("ArtifactResolved", "False/Unreachable");
        await stage.ConditionAsync("Ready", "True/Serving");
        Assert.Equal(WithoutTools(before), WithoutTools(await stage.VersionsAsync()));
        Assert.Empty(stage.Warnings);
    }

    [ApiServerFact]
    public async Task What_somebody_deletes_or_edits_comes_back()
    {
        await using var stage = await Stage.OpenAsync(server);
        await ServingAsync(stage);
        var policy = await stage.PolicyAsync();
        foreach (var resource in new[] { Kinds.Services, Kinds.NetworkPolicies, Kinds.ServiceAccounts, Kinds.OldDisruptionBudgets, Kinds.Deployments })
        {
            var uid = (await stage.GetAsync(resource)).Metadata.Uid;
            await stage.DeleteAsync(resource);
            await Eventually.Is($"{resource} is back; {stage.Said}", async () => await stage.FindAsync(resource) is { } back && back.Metadata.Uid != uid);
        }
        await stage.PatchAsync(Kinds.ConfigMaps, "weather-policy", Json.Object(("data", Json.Object(("policy.json", "{}")))));
        // Under a number of its own: a pod may have read what was there.
        await Eventually.Is("the policy is back", async () => await stage.PolicyAsync() == policy.Replace("\"generation\":1", "\"generation\":2", StringComparison.Ordinal));
        await stage.PatchAsync(Kinds.NetworkPolicies, "weather", Json.Object(("spec", Json.Object(("policyTypes", Json.Texts(["Ingress"]))))));
        await Eventually.Is("the wall is back", async () => (await stage.GetAsync(Kinds.NetworkPolicies)).Find("spec", "policyTypes")!.Value.GetArrayLength() == 2);
        await stage.PatchAsync(Kinds.Services, "weather", Json.Object(("metadata", Json.Object(("annotations", Json.Object(("somebody", "else")))))));
        await Task.Delay(1_000);
        Assert.Equal("else", (await stage.GetAsync(Kinds.Services)).Metadata.Annotations["somebody"]);
    }

    [ApiServerFact]
    public async Task An_object_of_somebody_else_is_left_alone()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ApplyAsync(Kinds.Services, "weather", "ports: [{port: 5432, protocol: TCP}]");
        await stage.ApplyAsync(Kinds.WasmTools, "weather", Two);
        await stage.ConditionAsync("Ready", "False/NameConflict");
        await stage.ConditionAsync("Stalled", "True/NameConflict");
        var service = await stage.GetAsync(Kinds.Services);
        Assert.Null(service.Metadata.ControllerOwner);
        Assert.Equal(5432, service.Find("spec", "ports")!.Value[0].GetProperty("port").GetInt32());
        await stage.DeleteAsync(Kinds.Services);
        await stage.PatchAsync(Kinds.WasmTools, "weather", Json.Object(("metadata", Json.Object(("annotations", Json.Object(("tapedeck.dev/reconcile-at", "now")))))));
        await stage.ConditionAsync("Ready", "Unknown/Starting");
    }

    [ApiServerFact]
    public async Task A_policy_reaches_pods_without_a_roll_out()
    {
        await using var stage = await Stage.OpenAsync(server);
        await ServingAsync(stage);
        var generation = (await stage.GetAsync(Kinds.Deployments)).Metadata.Generation;
        await stage.ApplyAsync(Kinds.Policies, "fetch", "toolSelector: {}\nnetwork: {allow: [{host: api.example}]}");
        await stage.ConditionAsync("PolicyAccepted", "True/Enforcing");
        await stage.ConditionAsync("Ready", "True/Accepted", Kinds.Policies, "fetch");
        Assert.Contains("api.example", Data(await stage.GetAsync(Kinds.ConfigMaps, "weather-policy")), StringComparison.Ordinal);
        Assert.Equal("2", (await stage.GetAsync(Kinds.ConfigMaps, "weather-policy")).Metadata.Annotations["tapedeck.dev/policy-generation"]);
        Assert.Equal(generation, (await stage.GetAsync(Kinds.Deployments)).Metadata.Generation);
        await Eventually.Is("the policy counts the tool", async () => (await stage.GetAsync(Kinds.Policies, "fetch")).Find("status", "enforcing") is { } number && number.GetInt32() == 1);
        await stage.PatchAsync(Kinds.Policies, "fetch", Json.Object(("spec", Json.Object(("network", Json.Object(("denny", Json.Texts(["x"]))))))));
        await stage.ConditionAsync("PolicyAccepted", "False/InvalidPolicy");
        await stage.ConditionAsync("Stalled", "True/InvalidPolicy", Kinds.Policies, "fetch");
        await stage.ConditionAsync("Ready", "True/Serving");
    }

    [ApiServerFact]
    public async Task A_tag_that_moves_is_rolled_out_and_a_bad_one_is_not()
    {
        await using var stage = await Stage.OpenAsync(server);
        await ServingAsync(stage);
        var before = ToolMapOf(await stage.GetAsync(Kinds.Deployments));
        stage.Registry = request => new Resolution.Failed(ResolutionFailure.NotVerified, "NotVerified", "no signature counts", IsRetryable: false);
        await LookAsync(stage, "1");
        await stage.ConditionAsync("Verified", "False/NotVerified");
        await stage.ConditionAsync("Ready", "True/Serving");
        Assert.Equal(before, ToolMapOf(await stage.GetAsync(Kinds.Deployments)));
        stage.Registry = request => new Resolution.Found(new Artifact("ghcr.io/acme/weather", "v1", Given.OtherDigest, request.Inputs, []));
        await LookAsync(stage, "2");
        await Eventually.Is("the new one is rolled out", async () => ToolMapOf(await stage.GetAsync(Kinds.Deployments)) != before);
        Assert.NotNull(await stage.FindAsync(Kinds.ConfigMaps, before));
        await stage.RolledOutAsync();
        await Eventually.Is("the old tool is cleared away", async () => await stage.FindAsync(Kinds.ConfigMaps, before) is null);
        await stage.ConditionAsync("Stalled", "False/Progressing");
    }

    private static Task LookAsync(Stage stage, string at) =>
        stage.PatchAsync(Kinds.WasmTools, "weather", Json.Object(("metadata", Json.Object(("annotations", Json.Object(("tapedeck.dev/reconcile-at", at)))))));

    private static async Task ServingAsync(Stage stage)
    {
        await stage.ApplyAsync(Kinds.WasmTools, "weather", Two);
        await stage.ConditionAsync("Ready", "Unknown/Starting");
        await stage.RolledOutAsync();
        await stage.ConditionAsync("Reconciling", "False/Done");
        await stage.ConditionAsync("Ready", "True/Serving");
    }

    private static string ToolMapOf(KubeObject deployment) => deployment.Find("spec", "template", "spec", "volumes")!.Value.EnumerateArray()
        .Single(volume => volume.GetProperty("name").GetString() == "tool").GetProperty("configMap").GetProperty("name").GetString()!;

    private static string Data(KubeObject map) => map.Find("data", "policy.json") is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    private static string WithoutTools(string versions) => string.Join('\n', versions.Split('\n').Where(line => !line.StartsWith("wasmtools", StringComparison.Ordinal)));
}
