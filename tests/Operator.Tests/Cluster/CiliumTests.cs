using System.Text.Json;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Tests.Children;
using Tapedeck.Operator.Tools;
using Xunit;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>The wall that knows names, on a server that has Cilium's resource, gets it, or loses it. Nobody enforces it there.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class CiliumTests(ApiServer server)
{
    private const string Plain = "component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1}}}\nreplicas: 2";
    private const string Named = "toolSelector: {}\nnetwork: {allow: [{host: api.example, schemes: [https]}, {host: '*.cdn.example', ports: [8443]}, {cidr: 10.20.0.0/16, ports: [5432], protocol: tcp}]}";

    private static readonly Wall.Peer Dns = new("kube-system", new() { ["k8s-app"] = "kube-dns" }, "10.244.9.9");
    private static readonly Wall.Peer Somewhere = new("", [], "140.82.112.3");

    [ApiServerFact]
    public async Task It_is_made_where_Cilium_comes_later_and_goes_with_it_and_no_pod_is_replaced()
    {
        await using var stage = await OpenAsync();
        await stage.ApplyAsync(Kinds.Policies, "fetch", Named);
        await stage.ServeAsync(Plain);
        var deployment = await stage.GetAsync(Kinds.Deployments);
        Assert.True((await PlainAsync(stage)).LetsOut(Somewhere, "TCP", 443));
        await SaidAsync(stage, "NetworkPolicy: host names are not known");

        await using var witness = await stage.WatchedAsync();
        var cilium = await Definition.InstallAsync(server, Kinds.CiliumPolicies);
        // The resource is no Cilium yet: until it says that it takes the policy, the other wall is as it was.
        await SaidAsync(stage, "NetworkPolicy: host names are not known", "CiliumNetworkPolicy, not relied on: Cilium has not said");
        await IsPlainAsync(stage);
        await TakesAsync(stage);
        await IsNamedAsync(stage);
        Assert.Equal("weather", (await stage.GetAsync(Kinds.CiliumPolicies)).Metadata.ControllerOwner!.Name);
        await SaidAsync(stage, "NetworkPolicy", "CiliumNetworkPolicy: granted hosts, by name", "CiliumNetworkPolicy: names below a wildcard");
        var wall = await WallAsync(stage);
        Assert.Empty(wall.Faults());
        Assert.True(wall.LetsOut(Somewhere, "TCP", 443, "api.example"));
        Assert.False(wall.LetsOut(Somewhere, "TCP", 443));
        Assert.True(wall.LetsOut(Somewhere, "TCP", 8443, "a.cdn.example"));
        Assert.True(wall.LetsOut(new("", [], "10.20.0.1"), "TCP", 5432));

        await cilium.RemoveAsync();
        await IsPlainAsync(stage);
        await SaidAsync(stage, "NetworkPolicy: host names are not known");
        // It goes on as before.
        await stage.DeleteAsync(Kinds.Services);
        await Eventually.Is($"the Service is back; {stage.Said}", async () => await stage.FindAsync(Kinds.Services) is not null);
        Assert.Equal(deployment.Metadata.Generation, (await stage.GetAsync(Kinds.Deployments)).Metadata.Generation);
        witness.Went("Ready", "True/Serving");
        witness.SawNothingWrong();
    }

    [ApiServerFact]
    public async Task It_is_mended_pruned_and_never_taken_from_others()
    {
        await using var cilium = await Definition.InstallAsync(server, Kinds.CiliumPolicies);
        await using var stage = await Stage.OpenAsync(server, new FastTime(30));
        await stage.ApplyAsync(Kinds.Policies, "fetch", Named);
        await stage.ServeAsync(Plain);
        await TakesAsync(stage);
        await IsNamedAsync(stage);
        await SaidAsync(stage, "NetworkPolicy", "CiliumNetworkPolicy: granted hosts, by name", "NetworkPolicy: port 443 of all public addresses is open", "CiliumNetworkPolicy: names below a wildcard");
        var before = await stage.GetAsync(Kinds.CiliumPolicies);
        // What was sent is what is there: no field of it is one that the resource does not have.
        var sent = Planning.Plan(Given.Observed(Given.Tool(Plain), Given.Found, Given.Policy(Named)) with { Surface = Given.Surface with { CiliumPolicies = true } }, Given.Settings).Children.Single(child => child.Resource == Kinds.CiliumPolicies);
        Assert.True(JsonElement.DeepEquals(sent.Object.Find("spec")!.Value, before.Find("spec")!.Value));
        var versions = await stage.VersionsAsync();
        await stage.PatchAsync(Kinds.CiliumPolicies, "weather", Json.Object(("spec", Json.Object(("egress", Json.Array(Json.Object(("toCIDR", Json.Texts(["0.0.0.0/0"])))))))));
        await MendedAsync(stage, before);
        // Nothing else was touched for that.
        Assert.Equal(versions, await stage.VersionsAsync());
        await stage.PatchAsync(Kinds.CiliumPolicies, "weather", new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["tapedeck.dev/tool"] = null, ["app.kubernetes.io/managed-by"] = "somebody" } } });
        await Eventually.Is($"the labels are back; {stage.Said}", async () => (await stage.GetAsync(Kinds.CiliumPolicies)).Metadata.Labels.GetValueOrDefault("app.kubernetes.io/managed-by") == "tapedeck");
        await stage.DeleteAsync(Kinds.CiliumPolicies);
        await Eventually.Is($"it is back; {stage.Said}", async () => await stage.FindAsync(Kinds.CiliumPolicies) is { } back && back.Metadata.Uid != before.Metadata.Uid);
        // Cilium knows nothing of the new one, and pods are not to be without a way meanwhile.
        await IsPlainAsync(stage);
        await TakesAsync(stage);
        await IsNamedAsync(stage);

        // No name is granted any more: the wall for names goes, and the cluster's DNS is the other's to open.
        await stage.ApplyAsync(Kinds.Policies, "fetch", "toolSelector: {}\nnetwork: {allow: [{cidr: 10.20.0.0/16, ports: [5432], protocol: tcp}]}");
        await Eventually.Is($"it goes; {stage.Said}", async () => await stage.FindAsync(Kinds.CiliumPolicies) is null);
        Assert.True((await PlainAsync(stage)).LetsOut(Dns, "UDP", 53));
        await SaidAsync(stage, "NetworkPolicy");

        // Somebody has one of this name: it is left alone, and so is the wall that would rely on ours.
        await stage.ApplyAsync(Kinds.CiliumPolicies, "weather", "endpointSelector: {matchLabels: {app: mine}}\negress: [{toCIDR: [192.0.2.0/24]}]");
        await stage.ApplyAsync(Kinds.Policies, "fetch", Named);
        await stage.ConditionAsync("Stalled", "True/NameConflict");
        Assert.Null((await stage.GetAsync(Kinds.CiliumPolicies)).Metadata.ControllerOwner);
        Assert.True((await PlainAsync(stage)).LetsOut(Dns, "UDP", 53));
        Assert.Empty(stage.Warnings);
    }

    [ApiServerFact]
    public async Task One_that_Cilium_does_not_take_is_not_relied_on_until_it_does()
    {
        await using var cilium = await Definition.InstallAsync(server, Kinds.CiliumPolicies);
        await using var stage = await OpenAsync();
        await stage.ApplyAsync(Kinds.Policies, "fetch", Named);
        await stage.ServeAsync(Plain);
        await TakesAsync(stage);
        await IsNamedAsync(stage);
        await SaysAsync(stage, "False", "L7 policy is not supported since L7 proxy is not enabled");
        await IsPlainAsync(stage);
        await SaidAsync(stage, "NetworkPolicy: host names are not known", "CiliumNetworkPolicy, not relied on: Cilium refuses it: L7");
        Assert.NotNull(await stage.FindAsync(Kinds.CiliumPolicies));
        await TakesAsync(stage);
        await IsNamedAsync(stage);
        await SaidAsync(stage, "NetworkPolicy", "CiliumNetworkPolicy: granted hosts, by name", "CiliumNetworkPolicy: names below a wildcard");
        var settled = await stage.VersionsAsync();
        await Task.Delay(1_500);
        Assert.Equal(settled, await stage.VersionsAsync());
        Assert.Empty(stage.Warnings);
    }

    /// <summary>What is looked for once a minute is looked for every two seconds.</summary>
    private Task<Stage> OpenAsync() => Stage.OpenAsync(server, new FastTime(30), settings: usual => usual with { RegistryHosts = [HostPatternOf("cdn.ghcr.example")] });

    private static Policy.Network.HostPattern HostPatternOf(string text) =>
        Policy.Network.HostPattern.TryParse(text, out var pattern, out var expected) ? pattern : throw new ArgumentException(expected, nameof(text));

    private async Task TakesAsync(Stage stage)
    {
        await Eventually.Is($"there is one; {stage.Said}", async () => await stage.FindAsync(Kinds.CiliumPolicies) is not null);
        await SaysAsync(stage, "True", "Policy validation succeeded");
    }

    /// <summary>In the place of Cilium's operator.</summary>
    private async Task SaysAsync(Stage stage, string status, string message) => await server.Client.PatchAsync(
        Kinds.CiliumPolicies,
        new(stage.Namespace, "weather"),
        PatchKind.Merge,
        Json.Object(("status", Json.Object(("conditions", Json.Array(Json.Object(("type", "Valid"), ("status", status), ("message", message), ("lastTransitionTime", "2026-01-02T03:04:05Z"))))))),
        "cilium",
        Subresource.Status,
        default);

    private static Task IsNamedAsync(Stage stage) => Eventually.Is($"names are open, and no addresses for them; {stage.Said}", async () =>
        await stage.FindAsync(Kinds.CiliumPolicies) is not null && !(await PlainAsync(stage)).LetsOut(Dns, "UDP", 53) && !(await PlainAsync(stage)).LetsOut(Somewhere, "TCP", 8443));

    private static Task IsPlainAsync(Stage stage) => Eventually.Is($"addresses are open; {stage.Said}", async () =>
        (await PlainAsync(stage)).LetsOut(Dns, "UDP", 53) && (await PlainAsync(stage)).LetsOut(Somewhere, "TCP", 8443));

    private static Task MendedAsync(Stage stage, KubeObject before) => Eventually.Is($"it is mended; {stage.Said}", async () =>
        JsonElement.DeepEquals(before.Find("spec")!.Value, (await stage.GetAsync(Kinds.CiliumPolicies)).Find("spec")!.Value));

    private static async Task<Wall> PlainAsync(Stage stage) => new(JsonNode.Parse((await stage.GetAsync(Kinds.NetworkPolicies)).Find("spec")!.Value.GetRawText())!);

    private static async Task<CiliumWall> WallAsync(Stage stage) =>
        new(await PlainAsync(stage), JsonNode.Parse((await stage.GetAsync(Kinds.CiliumPolicies)).Find("spec")!.Value.GetRawText()), knowsLevels: false);

    /// <param name="walls">What each begins with.</param>
    private static Task SaidAsync(Stage stage, params string[] walls) => Eventually.Is($"the status tells of {string.Join(", ", walls)}; {stage.Said}", async () =>
        (await stage.GetAsync(Kinds.WasmTools)).Find("status", "walls") is { } said && said.GetArrayLength() == walls.Length
            && said.EnumerateArray().Zip(walls).All(pair => pair.First.GetString()!.StartsWith(pair.Second, StringComparison.Ordinal)));
}
