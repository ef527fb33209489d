using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Xunit;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>A namespace that is deleted, whose controller takes away everything in it, in an order of its own. This server has none: the test does its work.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class EndingNamespaceTests(ApiServer server)
{
    private const string Plain = "component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1}}}\nreplicas: 2";

    [ApiServerFact]
    public async Task Nothing_is_made_said_or_tried_again_in_it_and_nothing_is_left()
    {
        using var forbidden = new Forbidden();
        await using var stage = await Stage.OpenAsync(server, new FastTime(20));
        await stage.ApplyAsync(Kinds.Policies, "fetch", "toolSelector: {}\nnetwork: {allow: [{host: api.example}]}");
        await stage.ServeAsync(Plain);
        await stage.ServeAsync(Plain, "second");
        await using var witness = await stage.WatchedAsync();
        await Eventually.Is("events of before are written", async () => (await stage.EventsAsync()).Length >= 2);
        var events = await stage.EventsAsync();
        var tools = await stage.GetAsync(Kinds.WasmTools);

        await server.Client.DeleteAsync(Kinds.Namespaces, ObjectKey.Cluster(stage.Namespace), new DeleteOptions(), default);
        Resource[] order = [.. Kinds.Owned, Kinds.OldDisruptionBudgets, Kinds.Deployments];
        foreach (var resource in order)
        {
            foreach (var child in await InAsync(stage, resource))
            {
                await server.Client.DeleteAsync(resource, child.Key, new DeleteOptions(), default);
            }
        }
        // A policy changes, too, as one does that is deleted before the tool is.
        await stage.DeleteAsync(Kinds.Policies, "fetch");
        await Eventually.Is("it was tried in vain, and then no more", async () =>
        {
            var before = forbidden.Requests.Count;
            await Task.Delay(2_000);
            return before > 0 && forbidden.Requests.Count == before;
        });
        var tried = forbidden.Requests.Count;
        // One attempt at most for what was taken away, and one for what woke it besides.
        Assert.InRange(tried, 1, 30);
        // A minute and more of the operator's time, in which what failed would have been tried again.
        await Task.Delay(4_000);
        Assert.Equal(tried, forbidden.Requests.Count);
        Assert.All(await InAllAsync(stage, order), Assert.Empty);
        Assert.Equal(events.Order(StringComparer.Ordinal), (await stage.EventsAsync()).Order(StringComparer.Ordinal));
        // Of a tool that goes nothing is said.
        Assert.Equal(tools.Metadata.ResourceVersion, (await stage.GetAsync(Kinds.WasmTools)).Metadata.ResourceVersion);

        await stage.DeleteAsync(Kinds.WasmTools);
        await stage.DeleteAsync(Kinds.WasmTools, "second");
        await Task.Delay(1_000);
        Assert.All(await InAllAsync(stage, order), Assert.Empty);
        Assert.Equal(tried, forbidden.Requests.Count);
        Assert.Empty(stage.Warnings);
        witness.SawNothingWrong();
    }

    private async Task<IReadOnlyList<KubeObject>> InAsync(Stage stage, Resource resource) =>
        [.. (await server.Client.ListAsync(resource, new Selection { Namespace = stage.Namespace, LabelSelector = Names.OwnedSelector }, default)).Items];

    private async Task<IReadOnlyList<KubeObject>[]> InAllAsync(Stage stage, Resource[] resources) => await Task.WhenAll(resources.Select(resource => InAsync(stage, resource)));
}
