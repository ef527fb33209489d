using Microsoft.Extensions.Logging.Abstractions;
using Tapedeck.Operator.Hosting;
using Tapedeck.Operator.Reports;
using Xunit;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>The operator on a way to a real API server on which watches end, are told that their moment is forgotten, or fall silent.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class WatchTests(ApiServer server)
{
    private const string Plain = "component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1}}}\nreplicas: 2";

    [ApiServerTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_happened_before_a_moment_that_the_server_forgot_is_seen(bool isEvent)
    {
        await using var way = await FaultyWay.OpenAsync(server);
        await using var stage = await Stage.OpenAsync(server, @as: way.Client);
        await stage.ApplyAsync(Kinds.Policies, "old", "toolSelector: {}\nnetwork: {allow: [{host: old.example}]}");
        await stage.ServeAsync(Plain);
        await stage.ServeAsync(Plain, "other");
        await using var witness = await stage.WatchedAsync();
        way.Close();
        // Made, changed, taken away and made anew under its name, while nobody listens.
        var before = await stage.GetAsync(Kinds.Services);
        await stage.DeleteAsync(Kinds.Services);
        await stage.PatchAsync(Kinds.NetworkPolicies, "weather", Json.Object(("spec", Json.Object(("policyTypes", Json.Texts(["Ingress"]))))));
        await stage.DeleteAsync(Kinds.Policies, "old");
        await stage.ApplyAsync(Kinds.Policies, "new", "toolSelector: {}\nnetwork: {allow: [{host: new.example}]}");
        await stage.ApplyAsync(Kinds.WasmTools, "weather", Plain.Replace("replicas: 2", "replicas: 3", StringComparison.Ordinal));
        await stage.DeleteAsync(Kinds.WasmTools, "other");
        await stage.ApplyAsync(Kinds.WasmTools, "third", Plain);
        way.OpenForgetful(isEvent);
        await stage.ConditionAsync("Ready", "Unknown/Starting", name: "third");
        await Eventually.Is($"the Service is back; {stage.Said}", async () => await stage.FindAsync(Kinds.Services) is { } back && back.Metadata.Uid != before.Metadata.Uid);
        await Eventually.Is($"the wall is back; {stage.Said}", async () => (await stage.GetAsync(Kinds.NetworkPolicies)).Find("spec", "policyTypes")!.Value.GetArrayLength() == 2);
        await Eventually.Is($"three pods are asked for; {stage.Said}", async () => (await stage.GetAsync(Kinds.Deployments)).Find("spec", "replicas")!.Value.GetInt32() == 3);
        await Eventually.Is($"the new policy counts; {stage.Said}", async () => (await stage.PolicyAsync()).Contains("new.example", StringComparison.Ordinal));
        await stage.ConditionAsync("PolicyAccepted", "Unknown/PolicyDeleted");
        // Each of them was told so, once.
        Assert.True(way.Expired >= 8, $"{way.Expired} watches were told");
        witness.SawNothingWrong();
    }

    [ApiServerFact]
    public async Task A_watch_that_is_silent_for_too_long_fails_liveness()
    {
        await using var way = await FaultyWay.OpenAsync(server);
        // Twenty minutes in six seconds.
        var time = new FastTime(200);
        var settings = Given.Settings with { WatchedNamespace = Stage.NewNamespace() };
        using var telemetry = new OperatorTelemetry(() => true, 1, _ => null);
        var leading = new Leading(way.Client, settings, new HostOptions(1, 1, 0), new Outside((request, _) => Task.FromResult(Given.Found(request.Inputs)), (_, _) => Task.FromResult(new PodAnswer(null, null))), telemetry, "test", time, () => new Random(7), _ => { });
        await using var health = HealthServer.Make(0, () => leading.Watching, telemetry.Text, NullLoggerFactory.Instance);
        await health.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{new Uri(health.Urls.First()).Port}") };
        Assert.Equal("200 ok", await AskAsync(http, "/healthz"));
        using var stop = new CancellationTokenSource();
        var work = leading.RunAsync(stop.Token);
        await Eventually.Is("it is ready", async () => leading.Watching is not null && await AskAsync(http, "/readyz") == "200 ok");
        way.Silence();
        await Eventually.Is("liveness fails", async () => await AskAsync(http, "/healthz") == "503 a watch is silent");
        Assert.True(leading.Watching!.OldestSilence > HealthServer.LongestSilence);
        // Kubelet would end the process here. One that is let be is healthy again when its watches are.
        way.Close();
        way.OpenForgetful(isEvent: false);
        await Eventually.Is("liveness is back", async () => await AskAsync(http, "/healthz") == "200 ok");
        await stop.CancelAsync();
        await work;
    }

    private static async Task<string> AskAsync(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        return $"{(int)answer.StatusCode} {(await answer.Content.ReadAsStringAsync()).Trim()}";
    }
}
