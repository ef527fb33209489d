using System.Text.Json;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Client;
using Tapedeck.Operator.Tools;
using Xunit;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>The route to a tool, on a server that has the Gateway API, gets it, or loses it. Nobody routes there.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class RouteTests(ApiServer server)
{
    private const string Plain = "component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1}}}\nreplicas: 2";
    private const string Routed = Plain + "\nservice: {port: 8443}\nhttpRoute: {parentRefs: [{name: edge, namespace: gateways, sectionName: https}], hostnames: [weather.example, weather.example.org]}";

    // What the server makes of it: the defaults of the Gateway API's own definition.
    private const string Made = """
        {"parentRefs": [{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "edge", "namespace": "gateways", "sectionName": "https"}],
         "hostnames": ["weather.example", "weather.example.org"],
         "rules": [{"matches": [{"path": {"type": "PathPrefix", "value": "/"}}], "backendRefs": [{"kind": "Service", "name": "weather", "port": 8443, "weight": 1}]}]}
        """;

    [ApiServerFact]
    public async Task It_is_made_when_asked_for_mended_and_pruned()
    {
        await using var gateway = await Definition.InstallAsync(server, Kinds.HttpRoutes);
        await using var stage = await Stage.OpenAsync(server);
        await using var witness = await stage.WatchedAsync();
        await stage.ServeAsync(Plain);
        Assert.Null(await stage.FindAsync(Kinds.HttpRoutes));
        await stage.ApplyAsync(Kinds.WasmTools, "weather", Routed);
        await IsMadeAsync(stage);
        var route = await stage.GetAsync(Kinds.HttpRoutes);
        Assert.Equal("weather", route.Metadata.ControllerOwner!.Name);
        await stage.RolledOutAsync();
        await stage.ConditionAsync("Reconciling", "False/Done");
        // The defaults are the server's: nothing is written again for them.
        var versions = await VersionsAsync(stage);
        await Task.Delay(1_500);
        Assert.Equal(versions, await VersionsAsync(stage));

        await stage.PatchAsync(Kinds.HttpRoutes, "weather", Json.Object(("spec", Json.Object(("hostnames", Json.Texts(["evil.example"]))))));
        await IsMadeAsync(stage);
        await stage.PatchAsync(Kinds.HttpRoutes, "weather", new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["tapedeck.dev/tool"] = null, ["app.kubernetes.io/managed-by"] = "somebody" } } });
        await Eventually.Is($"the labels are back; {stage.Said}", async () => (await stage.GetAsync(Kinds.HttpRoutes)).Metadata.Labels.GetValueOrDefault("app.kubernetes.io/managed-by") == "tapedeck");
        await stage.DeleteAsync(Kinds.HttpRoutes);
        await IsMadeAsync(stage);
        Assert.NotEqual(route.Metadata.Uid, (await stage.GetAsync(Kinds.HttpRoutes)).Metadata.Uid);

        await stage.ApplyAsync(Kinds.WasmTools, "weather", Plain);
        await Eventually.Is($"it goes; {stage.Said}", async () => await stage.FindAsync(Kinds.HttpRoutes) is null);
        witness.SawNothingWrong();
        Assert.Empty(stage.Warnings);
    }

    [ApiServerFact]
    public async Task What_gateways_say_against_it_is_in_the_status_and_stops_nothing()
    {
        await using var gateway = await Definition.InstallAsync(server, Kinds.HttpRoutes);
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Routed);
        await using var witness = await stage.WatchedAsync();
        await SaysAsync(stage, "False", "NotAllowedByListeners");
        await IsSaidAsync(stage, "2 of 2 pods serve; spec.httpRoute: Gateway edge: Accepted is False (NotAllowedByListeners): so it is");
        var versions = await VersionsAsync(stage);
        await SaysAsync(stage, "True", "Accepted");
        await IsSaidAsync(stage, "2 of 2 pods serve");
        // The gateway's word is left as it is, and the route is not written for it.
        Assert.Equal("True", (await stage.GetAsync(Kinds.HttpRoutes)).Find("status", "parents")!.Value[0].GetProperty("conditions")[0].GetProperty("status").GetString());
        Assert.NotEqual(versions, await VersionsAsync(stage));
        Assert.Equal(1, (await stage.GetAsync(Kinds.HttpRoutes)).Metadata.Generation);
        witness.Went("Ready", "True/Serving");
        witness.SawNothingWrong();
    }

    [ApiServerFact]
    public async Task Where_there_is_no_such_API_the_status_says_so_and_it_is_made_when_there_is()
    {
        await using var stage = await Stage.OpenAsync(server, new FastTime(30));
        await using var witness = await stage.WatchedAsync();
        await stage.ServeAsync(Routed);
        await IsSaidAsync(stage, "2 of 2 pods serve; spec.httpRoute: this cluster does not serve HTTPRoute of gateway.networking.k8s.io/v1, so there is none");
        var deployment = await stage.GetAsync(Kinds.Deployments);
        Assert.Empty(stage.Warnings);

        var gateway = await Definition.InstallAsync(server, Kinds.HttpRoutes);
        await IsMadeAsync(stage);
        await IsSaidAsync(stage, "2 of 2 pods serve");
        await gateway.RemoveAsync();
        await IsSaidAsync(stage, "2 of 2 pods serve; spec.httpRoute: this cluster does not serve HTTPRoute of gateway.networking.k8s.io/v1, so there is none");
        Assert.Equal(deployment.Metadata.Generation, (await stage.GetAsync(Kinds.Deployments)).Metadata.Generation);
        Assert.Equal(["Serving"], witness.States().Select(state => Condition.Find(state, "Ready")).Where(ready => ready?.Status == true).Select(ready => ready!.Reason).Distinct());
        Assert.DoesNotContain(await stage.EventsAsync(), reason => reason is "ChildRefused" or "NameConflict");
        witness.SawNothingWrong();
    }

    [ApiServerFact]
    public async Task It_is_the_installers_to_allow_and_never_stands_before_a_Service()
    {
        await using var gateway = await Definition.InstallAsync(server, Kinds.HttpRoutes);
        await using var stage = await Stage.OpenAsync(server, settings: usual => usual with { Tenants = TenantRights.None });
        await stage.ApplyAsync(Kinds.WasmTools, "weather", Routed);
        await stage.ConditionAsync("Ready", "False/NotAllowed");
        await stage.ConditionAsync("ArtifactResolved", "Unknown/NotAllowed");
        Assert.Contains("--allow-http-route", Condition.Find(await stage.GetAsync(Kinds.WasmTools), "Ready")!.Message, StringComparison.Ordinal);
        Assert.Null(await stage.FindAsync(Kinds.HttpRoutes));
        await stage.ApplyAsync(Kinds.WasmTools, "hijack", Plain + "\nhttpRoute: {parentRefs: [{group: '', kind: Service, name: payments}]}");
        await stage.ConditionAsync("Ready", "False/InvalidSpec", name: "hijack");
        Assert.Null(await stage.FindAsync(Kinds.HttpRoutes, "hijack"));
    }

    [ApiServerTheory]
    [InlineData("True/NotAllowed")]
    [InlineData("True/InvalidSpec")]
    public async Task It_goes_with_the_right_to_have_one(string stalled)
    {
        await using var gateway = await Definition.InstallAsync(server, Kinds.HttpRoutes);
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Routed);
        await IsMadeAsync(stage);
        await stage.StopAsync();
        if (stalled == "True/InvalidSpec")
        {
            await stage.PatchAsync(Kinds.WasmTools, "weather", JsonNode.Parse("""{"spec": {"httpRoute": {"parentRefs": [{"group": "", "kind": "Service", "name": "payments"}]}}}""")!.AsObject());
        }
        stage.Settings = stage.Settings with { Tenants = TenantRights.None };
        stage.Start();
        await stage.ConditionAsync("Stalled", stalled);
        await Eventually.Is($"the route is gone; {stage.Said}", async () => await stage.FindAsync(Kinds.HttpRoutes) is null);
        Assert.Equal(2, (await stage.GetAsync(Kinds.Deployments)).Find("spec", "replicas")!.Value.GetInt32());
    }

    private static Task IsMadeAsync(Stage stage) => Eventually.Is($"the route is what it is to be; {stage.Said}", async () =>
        await stage.FindAsync(Kinds.HttpRoutes) is { } route && JsonElement.DeepEquals(JsonElement.Parse(Made), route.Find("spec")!.Value));

    private static Task IsSaidAsync(Stage stage, string message) => Eventually.Is($"it says: {message}; {stage.Said}", async () =>
        Condition.Find(await stage.GetAsync(Kinds.WasmTools), "Ready") is { Status: true } ready && ready.Message == message);

    /// <summary>In the place of the gateway's controller.</summary>
    private async Task SaysAsync(Stage stage, string status, string reason) => await server.Client.PatchAsync(
        Kinds.HttpRoutes,
        new(stage.Namespace, "weather"),
        PatchKind.Merge,
        Json.Object(("status", Json.Object(("parents", Json.Array(Json.Object(
            ("controllerName", "example.net/gateway"),
            ("parentRef", Json.Object(("name", "edge"), ("namespace", "gateways"))),
            ("conditions", Json.Array(Json.Object(("type", "Accepted"), ("status", status), ("reason", reason), ("message", "so it is"), ("lastTransitionTime", "2026-01-02T03:04:05Z")))))))))),
        "gateway",
        Subresource.Status,
        default);

    private static async Task<string> VersionsAsync(Stage stage) => $"{await stage.VersionsAsync()}\n{(await stage.GetAsync(Kinds.HttpRoutes)).Metadata.ResourceVersion}";
}
