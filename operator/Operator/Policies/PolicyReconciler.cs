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
internal sealed class PolicyReconciler<TSpec>(
    KubeClient client, Resource resource, Informer<PolicyEntry<TSpec>> policies, Func<ObjectKey, IEnumerable<KubeObject>> tools, Func<PolicyEntry<TSpec>, ToolFacts, bool> selects, Caches caches, TimeProvider time)
    where TSpec : class
{
    internal async Task<Requeue> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (policies.Get(key) is not { } entry)
        {
            return Requeue.None;
        }
        var status = PolicyStatus.Status(entry.Object, entry.Problem, tools(key).Where(tool => selects(entry, Facts(tool))), time.GetUtcNow());
        var wanted = KubeObject.From(Json.Object(
            ("apiVersion", resource.ApiVersion),
            ("kind", resource.Kind),
            ("metadata", Json.Object(("name", key.Name), ("namespace", key.Namespace.Length == 0 ? null : JsonValue.Create(key.Namespace)), ("resourceVersion", entry.Object.Metadata.ResourceVersion))),
            ("status", status)));
        if (entry.Object.Find("status") is { } current && CanonicalJson.Write(current).AsSpan().SequenceEqual(CanonicalJson.Write(wanted.Find("status")!.Value)))
        {
            return Requeue.None;
        }
        try
        {
            await client.ApplyAsync(resource, wanted, new ApplyOptions(Names.FieldManager) { Force = true, Subresource = Subresource.Status }, cancellationToken);
        }
        catch (ApiException error) when (error is NotFoundException or ConflictException)
        {
            // It was deleted, or changed, and the cache does not know yet. What comes to the cache has the policy looked at again.
        }
        return Requeue.None;
    }

    private ToolFacts Facts(KubeObject tool) =>
        new(tool.Metadata.Labels, caches.LabelsOf(tool.Metadata.Namespace), Stated.By(tool).Repository) { Signers = Stated.By(tool).Signers };
}
