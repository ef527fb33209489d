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

    /// <returns>What was said to have happened.</returns>
    private async Task<KubeEvent[]> ReconcileAsync(Stage stage, Caches caches)
    {
        var events = new ConcurrentQueue<KubeEvent>();
        var (resolved, reported) = (new TaskCompletionSource(), new TaskCompletionSource());
        var report = Stage.Obedient(await stage.GetAsync(Kinds.WasmTools)) with { ToolConfigMap = Rollout.Of(await stage.GetAsync(Kinds.Deployments)).ToolConfigMap };
        using var resolver = new Resolver((request, _) => Task.FromResult(stage.Registry(request)), 2, Later, _ => resolved.TrySetResult(), _ => { }, default);
        using var reporter = new Reporter((_, _) => Task.FromResult(new PodAnswer(report, null) { Enforced = report.PolicyGeneration }), 2, Later, _ => reported.TrySetResult(), default);
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
