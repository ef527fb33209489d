using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Caching;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Kube.Work;
using Tapedeck.Operator.Tools;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Operator.Policies;

/// <summary>Writes the status of policies, or of ceilings.</summary>
/// <param name="tools">Those that a policy may be about.</param>
/// <param name="conflicts">What a policy and others say differently of the tools that it selects.</param>
internal sealed class PolicyReconciler<TSpec>(
    KubeClient client,
    Resource resource,
    Informer<PolicyEntry<TSpec>> policies,
    Func<ObjectKey, IEnumerable<KubeObject>> tools,
    Func<PolicyEntry<TSpec>, ToolFacts, bool> selects,
    Func<PolicyEntry<TSpec>, IEnumerable<(KubeObject Tool, ToolFacts Facts)>, ImmutableArray<string>> conflicts,
    Caches caches,
    TimeProvider time)
    where TSpec : class
{
    internal async Task<Requeue> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (policies.Get(key) is not { } entry)
        {
            return Requeue.None;
        }
        (KubeObject Tool, ToolFacts Facts)[] selected = [.. tools(key).Select(tool => (tool, Facts(tool))).Where(pair => selects(entry, pair.Item2))];
        var status = PolicyStatus.Status(entry.Object, entry.Problem, selected.Select(pair => pair.Tool), conflicts(entry, selected), time.GetUtcNow());
        if (entry.Object.Find("status") is { } current && StatusDifference.IsNone(current, status))
        {
            return Requeue.None;
        }
        try
        {
            await WriteAsync(entry.Object, status, cancellationToken);
        }
        catch (ApiException error) when (error is NotFoundException or ConflictException)
        {
            // It was deleted, or changed, and the cache does not know yet. What comes to the cache has the policy looked at again.
        }
        return Requeue.None;
    }

    private async Task WriteAsync(KubeObject policy, JsonObject status, CancellationToken cancellationToken)
    {
        var key = policy.Key;
        var wanted = KubeObject.From(Json.Object(
            ("apiVersion", resource.ApiVersion),
            ("kind", resource.Kind),
            ("metadata", Json.Object(("name", key.Name), ("namespace", key.Namespace.Length == 0 ? null : JsonValue.Create(key.Namespace)), ("resourceVersion", policy.Metadata.ResourceVersion))),
            ("status", status)));
        var after = await client.ApplyAsync(resource, wanted, new ApplyOptions(Names.FieldManager) { Force = true, Subresource = Subresource.Status }, cancellationToken);
        if (after.Find("status") is { } written && StatusDifference.Excess(written, status) is { } excess)
        {
            // Somebody wrote fields that applying leaves to them. The status is the operator's alone.
            await client.PatchAsync(resource, key, PatchKind.Merge, Json.Object(("status", excess)), Names.FieldManager, Subresource.Status, cancellationToken);
        }
    }

    private ToolFacts Facts(KubeObject tool) =>
        new(tool.Metadata.Labels, caches.LabelsOf(tool.Metadata.Namespace), Stated.By(tool).Repository) { Signers = Stated.By(tool).Signers };
}
