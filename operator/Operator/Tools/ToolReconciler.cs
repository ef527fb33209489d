using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Events;
using Tapedeck.Kube.Objects;
using Tapedeck.Kube.Work;
using Tapedeck.Operator.Artifacts;
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
    private readonly Applying _applying = new(client, caches);
    private readonly Departed _departed = new(time);

    internal async Task<Requeue> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (caches.Tools.Get(key) is not { } tool || tool.Metadata.DeletionTimestamp is not null)
        {
            // What it owned goes with it: that is the garbage collector's work.
            resolver.Forget(key);
            reporter.Forget(key);
            _applying.Forget(key);
            return Requeue.None;
        }
        var (observed, again) = new Gathering(caches, resolver, reporter, _departed, settings).Gather(tool, _lastGood.GetValueOrDefault(tool.Metadata.Uid));
        var plan = Planning.Plan(observed, settings);
        var applied = await _applying.ApplyAsync(observed, plan, cancellationToken);
        if (plan.Grants is { } grants && (grants.Problems.IsEmpty || observed.LastGood is not null))
        {
            _lastGood[tool.Metadata.Uid] = grants;
        }
        _departed.Remember(tool.Metadata.Uid, observed.Policies.Names);
        await WriteAsync(observed, StatusMaking.Status(observed, plan, applied, time.GetUtcNow()), StatusMaking.Conditions(observed, plan, applied), cancellationToken);
        return Gathering.Earliest(again, applied is { Foreign.IsEmpty: true, Refused: null } ? null : ConflictPause) is { } after ? Requeue.In(after) : Requeue.None;
    }

    /// <summary>Forgets what was granted to tools that are gone.</summary>
    internal void Forget(KubeObject tool)
    {
        _lastGood.TryRemove(tool.Metadata.Uid, out _);
        _departed.Forget(tool.Metadata.Uid);
    }

    private async Task WriteAsync(Observed observed, JsonObject status, ImmutableArray<Condition> conditions, CancellationToken cancellationToken)
    {
        var before = observed.Object;
        var wanted = KubeObject.From(Json.Object(
            ("apiVersion", Kinds.WasmTools.ApiVersion),
            ("kind", Kinds.WasmTools.Kind),
            ("metadata", Json.Object(("name", before.Metadata.Name), ("namespace", before.Metadata.Namespace), ("uid", before.Metadata.Uid))),
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
                await client.PatchAsync(Kinds.WasmTools, before.Key, PatchKind.Merge, Json.Object(("status", excess)), Names.FieldManager, Subresource.Status, cancellationToken);
            }
        }
        catch (NotFoundException)
        {
            // It was deleted meanwhile.
            return;
        }
        foreach (var happened in ToolEvents.Of(before, wanted, conditions))
        {
            events(happened);
        }
    }
}
