using Microsoft.AspNetCore.Http;
using Tapedeck.Kube.Objects;
using Xunit;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>Somebody makes an object of a name that the operator is about to use, in the moment between its look and its write.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class TakingOverTests(ApiServer server)
{
    private const string Plain = "component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1}}}\nreplicas: 2";

    /// <remarks>Of a Service this server, of 1.20, cannot say that it is to be new.</remarks>
    [ApiServerTheory]
    [InlineData("networkpolicies", "podSelector: {matchLabels: {app: mine}}")]
    [InlineData("serviceaccounts", null)]
    [InlineData("configmaps", null)]
    public async Task What_somebody_makes_in_between_is_left_alone(string plural, string? spec)
    {
        var resource = Kinds.Owned.Single(resource => resource.Plural == plural);
        var name = plural == "configmaps" ? "weather-policy" : "weather";
        await using var way = await FaultyWay.OpenAsync(server);
        await using var stage = await Stage.OpenAsync(server, @as: way.Client);
        KubeObject? theirs = null;
        way.Before = async request =>
        {
            if (theirs is null && IsApply(request, plural, name))
            {
                theirs = await stage.MakeAsync(resource, spec, name);
            }
        };
        await stage.ApplyAsync(Kinds.WasmTools, "weather", Plain);
        await stage.ConditionAsync("Stalled", "True/NameConflict");
        Assert.Equal(theirs!.Metadata.ResourceVersion, (await stage.GetAsync(resource, name)).Metadata.ResourceVersion);
        Assert.Null(await stage.FindAsync(Kinds.Deployments));
        // Nothing is handed out, so nothing is counted: that would be another number each time.
        var version = (await stage.GetAsync(Kinds.WasmTools)).Metadata.ResourceVersion;
        await Task.Delay(2_000);
        Assert.Equal(version, (await stage.GetAsync(Kinds.WasmTools)).Metadata.ResourceVersion);
        Assert.Empty(stage.Warnings);
    }

    [ApiServerFact]
    public async Task What_somebody_puts_in_the_place_of_ours_is_left_alone()
    {
        await using var way = await FaultyWay.OpenAsync(server);
        await using var stage = await Stage.OpenAsync(server, @as: way.Client);
        await stage.ServeAsync(Plain);
        KubeObject? theirs = null;
        way.Before = async request =>
        {
            if (theirs is null && IsApply(request, "services"))
            {
                await stage.DeleteAsync(Kinds.Services);
                theirs = await stage.MakeAsync(Kinds.Services, "ports: [{port: 5432, protocol: TCP}]");
            }
        };
        await stage.PatchAsync(Kinds.Services, "weather", Json.Object(("spec", Json.Object(("selector", Json.Object(("app", "evil")))))));
        await stage.ConditionAsync("Stalled", "True/NameConflict");
        Assert.Equal(theirs!.Metadata.ResourceVersion, (await stage.GetAsync(Kinds.Services)).Metadata.ResourceVersion);
    }

    [ApiServerFact]
    public async Task What_somebody_takes_away_in_between_is_made_anew()
    {
        await using var way = await FaultyWay.OpenAsync(server);
        await using var stage = await Stage.OpenAsync(server, @as: way.Client);
        await stage.ServeAsync(Plain);
        var before = await stage.GetAsync(Kinds.Services);
        var isDone = false;
        way.Before = async request =>
        {
            if (!isDone && IsApply(request, "services"))
            {
                isDone = true;
                await stage.DeleteAsync(Kinds.Services);
            }
        };
        await stage.PatchAsync(Kinds.Services, "weather", Json.Object(("spec", Json.Object(("selector", Json.Object(("app", "evil")))))));
        await Eventually.Is($"it is back; {stage.Said}", async () => await stage.FindAsync(Kinds.Services) is { } back && back.Metadata.Uid != before.Metadata.Uid && back.Find("spec", "selector", "app") is null);
        Assert.Empty(stage.Warnings);
    }

    private static bool IsApply(HttpRequest request, string plural, string name = "weather") => request.Method == "PATCH" && request.Path.Value!.EndsWith($"/{plural}/{name}", StringComparison.Ordinal);
}
