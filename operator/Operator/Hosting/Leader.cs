using Tapedeck.Kube;
using Tapedeck.Kube.Caching;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Events;
using Tapedeck.Kube.Objects;
using Tapedeck.Kube.Work;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Policies;
using Tapedeck.Operator.Reports;
using Tapedeck.Operator.Tools;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Operator.Hosting;

/// <summary>The work of the one operator that leads: queues, their workers, and what puts keys into them.</summary>
internal sealed class Leader(
    KubeClient client, Watching watching, Settings settings, HostOptions options, Outside outside, OperatorTelemetry telemetry, string instance, TimeProvider time, Func<Random> jitter, Action<Notice> notices)
{
    /// <summary>A policy's counts may lag: many tools that change at once are one write.</summary>
    private static readonly TimeSpan PolicyDelay = TimeSpan.FromSeconds(1);

    /// <summary>Tools whose pods are asked at once. Pods that say nothing, as those of a node that is gone, are waited for, so that these are more than for registries.</summary>
    internal const int PodSlots = 32;

    private readonly Caches _caches = watching.Caches;

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        using var tools = new WorkQueue<ObjectKey>("wasmtools", new(), time, jitter());
        using var policies = new WorkQueue<ObjectKey>("capabilitypolicies", new(), time, jitter());
        using var ceilings = new WorkQueue<ObjectKey>("clustercapabilitypolicies", new(), time, jitter());
        telemetry.Follow(watching, tools, policies, ceilings);
        var resolver = new Resolver(AskRegistryAsync, options.RegistrySlots, time, jitter(), tools.Add, notices, cancellationToken);
        var reporter = new Reporter(outside.AskPods, PodSlots, time, tools.Add, cancellationToken);
        var recorder = new EventRecorder(client, "tapedeck.dev/operator", instance, time, notices);
        var reconciler = new ToolReconciler(client, _caches, resolver, reporter, settings, recorder.Record, time);
        _caches.Tools.AddHandler(change => Changed(change, reconciler, tools, policies, ceilings));
        _caches.Policies.AddHandler(change =>
        {
            policies.Add(change.Key);
            AddTools(change.Key.Namespace, tools);
        });
        _caches.Ceilings?.AddHandler(change =>
        {
            ceilings.Add(change.Key);
            AddAll(tools);
        });
        _caches.Namespaces?.AddHandler(change => AddTools(change.Key.Name, tools));
        foreach (var children in _caches.Owned.Values.Append(_caches.Deployments))
        {
            children.AddHandler(change => AddOwner(change.Object, tools));
        }
        var conflicts = new Conflicts(Selecting.Selects);
        var ofPolicies = new PolicyReconciler<CapabilityPolicySpec>(
            client, Kinds.Policies, _caches.Policies, key => _caches.Tools.ByIndex(Caches.ByNamespace, key.Namespace), Selecting.Selects,
            (policy, selected) => conflicts.Of(policy, _caches.Policies.ByIndex(Caches.ByNamespace, policy.Object.Metadata.Namespace), selected), _caches, time);
        var ofCeilings = _caches.Ceilings is null ? null : new PolicyReconciler<ClusterCapabilityPolicySpec>(client, Kinds.Ceilings, _caches.Ceilings, _ => _caches.Tools.All, Selecting.Selects, (_, _) => [], _caches, time);
        var informers = watching.RunAsync(cancellationToken);
        await Task.WhenAny(watching.Synced, informers);
        if (!cancellationToken.IsCancellationRequested)
        {
            await Task.WhenAll(
                informers,
                recorder.RunAsync(cancellationToken),
                new Controller("wasmtools", tools, reconciler.ReconcileAsync, options.Workers, time, notices).RunAsync(cancellationToken),
                new Controller("capabilitypolicies", policies, ofPolicies.ReconcileAsync, 1, time, notices).RunAsync(cancellationToken),
                ofCeilings is null ? Task.CompletedTask : new Controller("clustercapabilitypolicies", ceilings, ofCeilings.ReconcileAsync, 1, time, notices).RunAsync(cancellationToken));
        }
    }

    private async Task<Resolution> AskRegistryAsync(ResolveRequest request, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var answer = await outside.AskRegistry(request, cancellationToken);
        telemetry.Asked(answer, time.GetElapsedTime(start));
        return answer;
    }

    private void Changed(Change<KubeObject> change, ToolReconciler reconciler, WorkQueue<ObjectKey> tools, WorkQueue<ObjectKey> policies, WorkQueue<ObjectKey> ceilings)
    {
        tools.Add(change.Key);
        if (change.After is null)
        {
            reconciler.Forget(change.Object);
        }
        foreach (var policy in _caches.Policies.ByIndex(Caches.ByNamespace, change.Key.Namespace))
        {
            policies.AddAfter(policy.Object.Key, PolicyDelay);
        }
        foreach (var ceiling in _caches.AllCeilings)
        {
            ceilings.AddAfter(ceiling.Object.Key, PolicyDelay);
        }
    }

    private void AddTools(string @namespace, WorkQueue<ObjectKey> tools)
    {
        foreach (var tool in _caches.Tools.ByIndex(Caches.ByNamespace, @namespace))
        {
            tools.Add(tool.Key);
        }
    }

    private void AddAll(WorkQueue<ObjectKey> tools)
    {
        foreach (var tool in _caches.Tools.All)
        {
            tools.Add(tool.Key);
        }
    }

    private static void AddOwner(KubeObject child, WorkQueue<ObjectKey> tools)
    {
        if (Caches.ToolOf(child) is { } tool)
        {
            tools.Add(tool);
        }
    }
}

/// <summary>Whom the work asks besides the API server.</summary>
/// <param name="AskRegistry">Asks a registry once.</param>
/// <param name="AskPods">Asks the pods of a tool.</param>
internal sealed record Outside(Func<ResolveRequest, CancellationToken, Task<Resolution>> AskRegistry, Func<ObjectKey, CancellationToken, Task<PodAnswer>> AskPods);
