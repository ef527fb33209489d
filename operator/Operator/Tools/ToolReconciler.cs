using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Events;
using Tapedeck.Kube.Objects;
using Tapedeck.Kube.Work;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Hosting;
using Tapedeck.Operator.Policies;
using Tapedeck.Operator.Reports;
using Tapedeck.Policy;

namespace Tapedeck.Operator.Tools;

/// <summary>Gather, decide, apply, one status write.</summary>
internal sealed class ToolReconciler(
    KubeClient client, Caches caches, Resolver resolver, Reporter reporter, Settings settings, Action<KubeEvent> events, TimeProvider time)
{
    /// <summary>Objects of others are not watched, nor are rights and quotas: what changes there is found by looking.</summary>
    private static readonly TimeSpan ConflictPause = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Grants> _lastGood = new(StringComparer.Ordinal);

    /// <summary>Tools as they were after a write of ours, until the cache has seen it.</summary>
    private readonly ConcurrentDictionary<string, KubeObject> _ahead = new(StringComparer.Ordinal);
    private readonly Applying _applying = new(client, caches, time);
    private readonly Departed _departed = new(time);

    internal async Task<Requeue> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        using var span = OperatorTelemetry.Spans.StartActivity("reconcile");
        span?.SetTag("tapedeck.tool", key.ToString());
        if (Newest(key) is not { } tool || tool.Metadata.DeletionTimestamp is not null)
        {
            // What it owned goes with it: that is the garbage collector's work.
            resolver.Forget(key);
            reporter.Forget(key);
            _applying.Forget(key);
            return Requeue.None;
        }
        if (!caches.Knows(key.Namespace))
        {
            // A ceiling over it could be missed. When it comes, its tools are looked at again.
            return Requeue.None;
        }
        var (observed, again) = new Gathering(caches, resolver, reporter, _departed, settings).Gather(tool, _applying.Policy(key), _applying.Spent(key), _lastGood.GetValueOrDefault(tool.Metadata.Uid));
        var plan = Planning.Plan(observed, settings);
        Applied applied;
        try
        {
            applied = await _applying.ApplyAsync(observed, plan, cancellationToken);
        }
        catch (ForbiddenException error) when (error.IsOfEndingNamespace)
        {
            // What is deleted there goes for good, the tool with it, in no order. Nothing is to be said about that, nor tried again.
            return Requeue.None;
        }
        if (plan.Grants is { } grants && (grants.Problems.IsEmpty || observed.LastGood is not null))
        {
            _lastGood[tool.Metadata.Uid] = grants;
        }
        _departed.Remember(tool.Metadata.Uid, observed.Policies.Names);
        var conditions = StatusMaking.Conditions(observed, plan, applied);
        // What would be said while a pod is being asked would be out of date in a moment.
        if (!observed.IsAsking || conditions.All(condition => condition.Reason != Reasons.Confirming))
        {
            await WriteAsync(observed, StatusMaking.Status(observed, plan, applied, time.GetUtcNow()), conditions, cancellationToken);
        }
        if (applied.Late is { } late)
        {
            // All else is done. Tried again as whatever fails.
            ExceptionDispatchInfo.Throw(late);
        }
        return Gathering.Earliest(again, applied is { Foreign.IsEmpty: true, Leaving.IsEmpty: true, Refused: null } ? null : ConflictPause) is { } after ? Requeue.In(after) : Requeue.None;
    }

    /// <summary>A cache may still show what was before our own write; deciding from that would write the same again, with times of its own.</summary>
    private KubeObject? Newest(ObjectKey key)
    {
        var cached = caches.Tools.Get(key);
        if (cached is null || !_ahead.TryGetValue(cached.Metadata.Uid, out var written))
        {
            return cached;
        }
        if (cached.IsBefore(written))
        {
            return written;
        }
        _ahead.TryRemove(cached.Metadata.Uid, out _);
        return cached;
    }

    /// <summary>Forgets what was granted to tools that are gone.</summary>
    internal void Forget(KubeObject tool)
    {
        _lastGood.TryRemove(tool.Metadata.Uid, out _);
        _departed.Forget(tool.Metadata.Uid);
        _ahead.TryRemove(tool.Metadata.Uid, out _);
    }

    private async Task WriteAsync(Observed observed, JsonObject status, ImmutableArray<Condition> conditions, CancellationToken cancellationToken)
    {
        var before = observed.Object;
        var wanted = KubeObject.From(Json.Object(
            ("apiVersion", Kinds.WasmTools.ApiVersion),
            ("kind", Kinds.WasmTools.Kind),
            ("metadata", Json.Object(("name", before.Metadata.Name), ("namespace", before.Metadata.Namespace), ("uid", before.Metadata.Uid), ("resourceVersion", before.Metadata.ResourceVersion))),
            ("status", status)));
        if (before.Find("status") is { } current && StatusDifference.IsNone(current, status))
        {
            return;
        }
        try
        {
            var after = await client.ApplyAsync(Kinds.WasmTools, wanted, new ApplyOptions(Names.FieldManager) { Force = true, Subresource = Subresource.Status }, cancellationToken);
            if (after.Find("status") is { } written && StatusDifference.Excess(written, status) is { } excess)
            {
                // Somebody wrote fields that applying leaves to them. The status is the operator's alone.
                after = await client.PatchAsync(Kinds.WasmTools, before.Key, PatchKind.Merge, Json.Object(("status", excess)), Names.FieldManager, Subresource.Status, cancellationToken);
            }
            _ahead[before.Metadata.Uid] = after.WithoutManagedFields();
        }
        catch (ApiException error) when (error is NotFoundException or ConflictException)
        {
            // It was deleted, or changed, and the cache does not know yet. What comes to the cache has the tool looked at again.
            return;
        }
        foreach (var happened in ToolEvents.Of(before, wanted, conditions))
        {
            events(happened);
        }
    }
}
