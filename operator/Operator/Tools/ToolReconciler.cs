using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Events;
using Tapedeck.Kube.Objects;
using Tapedeck.Kube.Work;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Reports;
using Tapedeck.Policy;

namespace Tapedeck.Operator.Tools;

/// <summary>Gather, decide, apply, one status write.</summary>
internal sealed class ToolReconciler(
    KubeClient client, Caches caches, Gathering gathering, Applying applying, Resolver resolver, Reporter reporter, Settings settings, Action<KubeEvent> events, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Grants> _lastGood = new(StringComparer.Ordinal);

    internal async Task<Requeue> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (caches.Tools.Get(key) is not { } tool || tool.Metadata.DeletionTimestamp is not null)
        {
            // What it owned goes with it: that is the garbage collector's work.
            resolver.Forget(key);
            reporter.Forget(key);
            applying.Forget(key);
            return Requeue.None;
        }
        var (observed, again) = gathering.Gather(tool, _lastGood.GetValueOrDefault(tool.Metadata.Uid));
        var plan = Planning.Plan(observed, settings);
        var applied = await applying.ApplyAsync(observed, plan, cancellationToken);
        if (plan.Grants is { } grants && (grants.Problems.IsEmpty || observed.LastGood is not null))
        {
            _lastGood[tool.Metadata.Uid] = grants;
        }
        await WriteAsync(observed, StatusMaking.Status(observed, plan, applied, time.GetUtcNow()), StatusMaking.Conditions(observed, plan, applied)[0], cancellationToken);
        return again is { } after ? Requeue.In(after) : Requeue.None;
    }

    /// <summary>Forgets what was granted to tools that are gone.</summary>
    internal void Forget(KubeObject tool) => _lastGood.TryRemove(tool.Metadata.Uid, out _);

    private async Task WriteAsync(Observed observed, JsonObject status, Condition ready, CancellationToken cancellationToken)
    {
        var before = observed.Object;
        var wanted = KubeObject.From(Json.Object(
            ("apiVersion", Kinds.WasmTools.ApiVersion),
            ("kind", Kinds.WasmTools.Kind),
            ("metadata", Json.Object(("name", before.Metadata.Name), ("namespace", before.Metadata.Namespace))),
            ("status", status)));
        if (before.Find("status") is { } current && IsSame(current, wanted.Find("status")!.Value))
        {
            return;
        }
        try
        {
            await client.ApplyAsync(Kinds.WasmTools, wanted, new ApplyOptions(Names.FieldManager) { Force = true, Subresource = Subresource.Status }, cancellationToken);
        }
        catch (NotFoundException)
        {
            // It was deleted meanwhile.
            return;
        }
        var was = Condition.Find(before, Condition.Ready);
        if (was?.Status != ready.Status || was?.Reason != ready.Reason)
        {
            events(new KubeEvent(ready.Status == false ? EventType.Warning : EventType.Normal, ObjectReference.To(before), ready.Reason, "Reconcile", ready.Message));
        }
    }

    private static bool IsSame(JsonElement one, JsonElement two) => CanonicalJson.Write(one).AsSpan().SequenceEqual(CanonicalJson.Write(two));
}
