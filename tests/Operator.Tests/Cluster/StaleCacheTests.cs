using System.Collections.Concurrent;
using Tapedeck.Kube.Caching;
using Tapedeck.Kube.Events;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Policies;
using Tapedeck.Operator.Reports;
using Tapedeck.Operator.Tools;
using Tapedeck.Policy.Specs;
using Xunit;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>An operator that has just started, and whose caches are behind what the one before it wrote: a request of that one may be carried out after the new one's lists.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class StaleCacheTests(ApiServer server)
{
    private const string Plain = "component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1}}}\nreplicas: 2";

    /// <summary>The times in conditions are whole seconds: what is written anew is to show.</summary>
    private static readonly TimeProvider Later = new FastTime(1) { Set = TimeSpan.FromHours(1) };

    [ApiServerFact]
    public async Task What_was_written_to_a_tool_is_not_written_again_with_times_of_its_own()
    {
        await using var stage = await Stage.OpenAsync(server);
        var caches = await stage.CachesAsync();
        await stage.ApplyAsync(Kinds.WasmTools, "weather", Plain);
        await stage.ConditionAsync("Ready", "Unknown/Starting");
        await FreezeAsync(caches.Tools);
        await stage.RolledOutAsync();
        await stage.ConditionAsync("Reconciling", "False/Done");
        await stage.ConditionAsync("Ready", "True/Serving");
        await stage.StopAsync();
        await FreezeRestAsync(caches);
        var before = await stage.VersionsAsync();

        Assert.Equal("Unknown/Starting", StateOf(caches.Tools.Get(new(stage.Namespace, "weather"))!));
        Assert.Empty(await ReconcileAsync(stage, caches));
        Assert.Equal(before, await stage.VersionsAsync());

        var current = await stage.CachesAsync();
        await FreezeAsync(current.Tools);
        await FreezeRestAsync(current);
        Assert.Empty(await ReconcileAsync(stage, current));
        Assert.Equal(before, await stage.VersionsAsync());
    }

    [ApiServerFact]
    public async Task What_was_written_to_a_policy_is_not_written_again_with_times_of_its_own()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.StopAsync();
        var caches = await stage.CachesAsync();
        await stage.ApplyAsync(Kinds.Policies, "fetch", "toolSelector: {}\nnetwork: {allow: [{host: api.example}]}");
        await FreezeAsync(caches.Policies);
        stage.Start();
        await stage.ConditionAsync("Ready", "True/Accepted", Kinds.Policies, "fetch");
        await stage.StopAsync();
        await FreezeRestAsync(caches);
        var before = await stage.VersionsAsync();

        var reconciler = new PolicyReconciler<CapabilityPolicySpec>(server.Operator, Kinds.Policies, caches.Policies, _ => [], Selecting.Selects, (_, _) => [], caches, Later);
        await reconciler.ReconcileAsync(new(stage.Namespace, "fetch"), default);
        Assert.Equal(before, await stage.VersionsAsync());
    }

    [ApiServerFact]
    public async Task A_snapshot_of_policies_is_written_once_and_not_until_a_cache_has_seen_it()
    {
        await using var way = await FaultyWay.OpenAsync(server);
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        await stage.StopAsync();
        var caches = await stage.CachesAsync();
        await FreezeAsync(caches.Owned[Kinds.ConfigMaps]);
        await stage.ApplyAsync(Kinds.Policies, "fetch", "toolSelector: {}\nnetwork: {allow: [{host: api.example}]}");
        foreach (var informer in caches.Owned.Values.Where(informer => informer.Resource != Kinds.ConfigMaps).Append(caches.Deployments).Append(caches.Namespaces!).Append(caches.Tools))
        {
            await FreezeAsync(informer);
        }
        await FreezeAsync(caches.Ceilings!);
        await FreezeAsync(caches.Policies);
        var writes = new ConcurrentQueue<string>();
        way.Before = request =>
        {
            if (request.Method == "PATCH" && request.Path.Value!.EndsWith("/configmaps/weather-policy", StringComparison.Ordinal))
            {
                writes.Enqueue(request.Path.Value);
            }
            return Task.CompletedTask;
        };
        var resolver = new Resolver((request, _) => Task.FromResult(stage.Registry(request)), 2, Later, new Random(7), _ => { }, _ => { }, default);
        var reporter = new Reporter((_, _) => Task.FromResult(new PodAnswer(null, null)), 2, Later, _ => { }, default);
        var reconciler = new ToolReconciler(way.Client, caches, resolver, reporter, Given.Settings with { WatchedNamespace = stage.Namespace }, _ => { }, Later);
        for (var i = 0; i < 3; i++)
        {
            await reconciler.ReconcileAsync(new(stage.Namespace, "weather"), default);
        }
        Assert.Equal("2", (await stage.GetAsync(Kinds.ConfigMaps, "weather-policy")).Metadata.Annotations["tapedeck.dev/policy-generation"]);
        Assert.Single(writes);
    }

    [ApiServerFact]
    public async Task A_tool_that_goes_has_nothing_written_again_for_one_whose_name_begins_like_its_own()
    {
        await using var way = await FaultyWay.OpenAsync(server);
        await using var stage = await Stage.OpenAsync(server, @as: way.Client);
        await stage.ServeAsync(Plain, "tool-1");
        await stage.ServeAsync(Plain, "tool-10");
        var writes = new ConcurrentQueue<string>();
        way.Before = request =>
        {
            var path = request.Path.Value!;
            if (request.Method == "PATCH" && path.Contains("/tool-10", StringComparison.Ordinal) && !path.EndsWith("/status", StringComparison.Ordinal))
            {
                writes.Enqueue(path);
            }
            return Task.CompletedTask;
        };
        await stage.DeleteAsync(Kinds.WasmTools, "tool-1");
        foreach (var at in new[] { "1", "2" })
        {
            await stage.LookAsync(at, "tool-10");
            await Eventually.Is("tool-10 was looked at", async () => (await stage.GetAsync(Kinds.WasmTools, "tool-10")).Find("status", "lastHandledReconcileAt")?.GetString() == at);
        }
        Assert.Empty(writes);
    }

    [ApiServerFact]
    public async Task Nothing_is_started_in_a_namespace_whose_labels_are_not_known_yet()
    {
        var name = Stage.NewNamespace();
        await using var stage = await Stage.OpenAsync(server, @namespace: name);
        await stage.StopAsync();
        var caches = await stage.CachesAsync();
        await FreezeAsync(caches.Namespaces!);
        await server.Client.CreateAsync(
            Kinds.Namespaces, KubeObject.From(Json.Object(("apiVersion", "v1"), ("kind", "Namespace"), ("metadata", Json.Object(("name", name), ("labels", Json.Object(("stage", name))))))), "tests", default);
        await using var ceiling = await stage.CeilingAsync("registries: [registry.example]");
        await stage.ApplyAsync(Kinds.WasmTools, "weather", Plain);
        foreach (var informer in caches.Owned.Values.Append(caches.Deployments).Append(caches.Tools))
        {
            await FreezeAsync(informer);
        }
        await FreezeAsync(caches.Ceilings!);
        await FreezeAsync(caches.Policies);
        var resolver = new Resolver((request, _) => Task.FromResult(stage.Registry(request)), 2, Later, new Random(7), _ => { }, _ => { }, default);
        var reporter = new Reporter((_, _) => Task.FromResult(new PodAnswer(null, null)), 2, Later, _ => { }, default);
        var reconciler = new ToolReconciler(server.Operator, caches, resolver, reporter, Given.Settings with { WatchedNamespace = name }, _ => { }, Later);
        for (var i = 0; i < 3; i++)
        {
            await reconciler.ReconcileAsync(new(name, "weather"), default);
            await Task.Delay(100);
        }
        Assert.Null(await stage.FindAsync(Kinds.Deployments));
        stage.Start();
        await stage.ConditionAsync("Ready", "False/NotAllowed");
    }

    /// <returns>What was said to have happened.</returns>
    private async Task<KubeEvent[]> ReconcileAsync(Stage stage, Caches caches)
    {
        var events = new ConcurrentQueue<KubeEvent>();
        var (resolved, reported) = (new TaskCompletionSource(), new TaskCompletionSource());
        var report = Stage.Obedient(await stage.GetAsync(Kinds.WasmTools)) with { ToolConfigMap = Rollout.Of(await stage.GetAsync(Kinds.Deployments)).ToolConfigMap };
        var handed = await stage.HandedAsync();
        var resolver = new Resolver((request, _) => Task.FromResult(stage.Registry(request)), 2, Later, new Random(7), _ => resolved.TrySetResult(), _ => { }, default);
        var reporter = new Reporter((_, _) => Task.FromResult(new PodAnswer(report, null) { Enforced = [handed] }), 2, Later, _ => reported.TrySetResult(), default);
        var reconciler = new ToolReconciler(server.Operator, caches, resolver, reporter, Given.Settings with { WatchedNamespace = stage.Namespace }, events.Enqueue, Later);
        await reconciler.ReconcileAsync(new(stage.Namespace, "weather"), default);
        await Task.WhenAll(resolved.Task, reported.Task);
        await reconciler.ReconcileAsync(new(stage.Namespace, "weather"), default);
        return [.. events];
    }

    private static async Task FreezeRestAsync(Caches caches)
    {
        foreach (var informer in caches.Owned.Values.Append(caches.Deployments).Append(caches.Namespaces!))
        {
            await FreezeAsync(informer);
        }
        await FreezeAsync(caches.Ceilings!);
        if (!caches.Policies.Synced.IsCompleted)
        {
            await FreezeAsync(caches.Policies);
        }
    }

    /// <summary>Has it list, and hear nothing more.</summary>
    private static async Task FreezeAsync<T>(Informer<T> informer)
        where T : class
    {
        using var stop = new CancellationTokenSource();
        var work = informer.RunAsync(stop.Token);
        await informer.Synced;
        await stop.CancelAsync();
        await work;
    }

    private static string StateOf(KubeObject tool) => Condition.Find(tool, Condition.Ready) is { } ready ? $"{ready.StatusText}/{ready.Reason}" : "";
}
