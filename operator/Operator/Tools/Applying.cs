using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Children;

namespace Tapedeck.Operator.Tools;

/// <summary>Makes the cluster match a plan, and writes nothing where it does already.</summary>
internal sealed class Applying(KubeClient client, Caches caches)
{
    private static readonly ApplyOptions Options = new(Names.FieldManager) { Force = true };

    private readonly ConcurrentDictionary<ObjectKey, Writes> _writes = [];

    /// <exception cref="ApiException">Something could not be written.</exception>
    internal async Task<Applied> ApplyAsync(Observed observed, Plan plan, CancellationToken cancellationToken)
    {
        var uid = observed.Object.Metadata.Uid;
        var writes = WritesFor(observed.Object.Key);
        var foreign = ImmutableArray.CreateBuilder<string>();
        var leaving = ImmutableArray.CreateBuilder<string>();
        var deployment = observed.Deployment;
        RetryableException? late = null;
        foreach (var child in plan.Children)
        {
            Put put;
            try
            {
                put = await PutAsync(child, uid, writes, cancellationToken);
            }
            catch (ApiException error) when (IsRefusal(error))
            {
                // The rest waits: a Deployment without its ConfigMap is none.
                return new Applied(foreign.ToImmutable(), Owned(deployment, uid)) { Leaving = leaving.ToImmutable(), Refused = new(child.ToString(), error.Message, error.Status.Code != 403), Late = late };
            }
            if (put.IsForeign)
            {
                (IsLeaving(put.Live!, observed.Object) ? leaving : foreign).Add(child.ToString());
                if (child.Resource == Kinds.CiliumPolicies)
                {
                    // The NetworkPolicy after it leaves to it what it is to open.
                    break;
                }
                continue;
            }
            var after = put.Written;
            deployment = child.Resource == Kinds.Deployments ? after ?? put.Live : deployment;
            if (IsPolicy(child))
            {
                writes.IsToHurry |= after is not null;
                late = writes.IsToHurry ? await HurryAsync(observed.Object.Key, child.Object.Metadata.Annotations[Names.PolicyGenerationAnnotation], cancellationToken) : null;
                writes.IsToHurry = late is not null;
            }
        }
        if (plan.IsWithheld && deployment is not null && Rollout.Of(deployment).Desired > 0)
        {
            deployment = await StopAsync(deployment.Key, writes, cancellationToken);
        }
        if (foreign.Count + leaving.Count == 0 && plan.IsWhole)
        {
            await DeleteAsync(Leftovers(observed.Object.Key, uid, plan, deployment), writes, cancellationToken);
        }
        return new Applied(foreign.ToImmutable(), Owned(deployment, uid)) { Leaving = leaving.ToImmutable(), Late = late };
    }

    /// <summary>What the server refuses concerns this tool alone, and its owner is to know; but not where all of its namespace goes.</summary>
    private static bool IsRefusal(ApiException error) => (error is InvalidException || error.Status.Code is 400 or 403 or 413) && error is not ForbiddenException { IsOfEndingNamespace: true };

    /// <summary>What was written for a tool that is gone.</summary>
    internal void Forget(ObjectKey tool) => _writes.TryRemove(tool, out _);

    /// <summary>The ConfigMap with the policies of a tool; null where none is known of.</summary>
    internal KubeObject? Policy(ObjectKey tool) => WritesFor(tool).Policy(caches.Owned[Kinds.ConfigMaps].Get(new(tool.Namespace, Names.PolicyConfigMap(tool.Name))));

    /// <summary>The number under which the policies may not be handed out any more; 0 for none.</summary>
    internal long Spent(ObjectKey tool) => WritesFor(tool).Spent;

    private Writes WritesFor(ObjectKey tool) => _writes.GetOrAdd(tool, static _ => new Writes());

    /// <summary>A cache knows what has our label. What has not may be there all the same, and is not to be taken over.</summary>
    private async Task<KubeObject?> LiveAsync(Child child, Writes writes, CancellationToken cancellationToken)
    {
        var cached = caches.Child(child.Resource, child.Key);
        return (cached is not null && IsPolicy(child) ? writes.Policy(cached) : cached) ?? await client.GetAsync(child.Resource, child.Key, cancellationToken);
    }

    private static bool IsPolicy(Child child) => child.Object.Metadata.Annotations.ContainsKey(Names.PolicyGenerationAnnotation);

    private async Task<Put> PutAsync(Child child, string uid, Writes writes, CancellationToken cancellationToken)
    {
        var live = await LiveAsync(child, writes, cancellationToken);
        for (var isLast = false; ; isLast = true)
        {
            if (live is not null && !IsOwnedBy(live, uid))
            {
                return new Put(IsForeign: true, live, null);
            }
            try
            {
                return new Put(IsForeign: false, live, await ApplyAsync(child, live, writes, cancellationToken));
            }
            catch (ConflictException) when (!isLast)
            {
                // The cache is behind, or somebody made one just now. What is there decides.
                live = await client.GetAsync(child.Resource, child.Key, cancellationToken);
            }
        }
    }

    /// <returns>What was written; null where nothing had to be.</returns>
    private async Task<KubeObject?> ApplyAsync(Child child, KubeObject? live, Writes writes, CancellationToken cancellationToken)
    {
        var place = (child.Resource, child.Key);
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(CanonicalJson.Write(child.Object.Json)));
        var before = live is null ? "" : VersionOf(live);
        // A cache may still show what was before our own write.
        if (live is not null && HasMetadata(live, child.Object) && writes.All.TryGetValue(place, out var written) && written.Hash == hash && (written.After == before || written.Before == before))
        {
            return null;
        }
        // The same policies as before under the same number, and somebody touched them.
        var isAgain = live is not null && IsPolicy(child) && writes.All.GetValueOrDefault(place)?.Hash == hash;
        var after = isAgain ? await RepairAsync(child, live!, writes, cancellationToken) : await WriteAsync(child, live, cancellationToken);
        writes.All[place] = new Written(hash, before, VersionOf(after));
        if (IsPolicy(child))
        {
            writes.Handed(after);
        }
        return after;
    }

    /// <summary>No object is taken over: what was looked at is what is changed, and where there was none one is made.</summary>
    private Task<KubeObject> WriteAsync(Child child, KubeObject? live, CancellationToken cancellationToken) =>
        client.ApplyAsync(child.Resource, child.Object, live is null ? Options with { OnlyNew = true } : Options with { Uid = live.Metadata.Uid }, cancellationToken);

    /// <summary>Pods may have read what somebody wrote over their policies, so that the number is spent, unless nothing had to be put right.</summary>
    private async Task<KubeObject> RepairAsync(Child policy, KubeObject live, Writes writes, CancellationToken cancellationToken)
    {
        var touched = await client.GetAsync(policy.Resource, policy.Key, cancellationToken);
        var before = writes.Spent;
        // Also where it cannot be written.
        writes.Spent = Counting.NumberOf(policy.Object);
        var after = await WriteAsync(policy, live, cancellationToken);
        if (touched is not null && VersionOf(touched) == VersionOf(after))
        {
            writes.Spent = before;
        }
        return after;
    }

    /// <summary>No generation counts labels, annotations and owners.</summary>
    private static bool HasMetadata(KubeObject live, KubeObject wanted) =>
        wanted.Metadata.Labels.All(label => live.Metadata.Labels.GetValueOrDefault(label.Key) == label.Value)
        && wanted.Metadata.Annotations.All(annotation => live.Metadata.Annotations.GetValueOrDefault(annotation.Key) == annotation.Value);

    /// <summary>Changes with every change of what is desired, and where it can with no other: a status is not ours to repair.</summary>
    private static string VersionOf(KubeObject live) => live.Metadata.Generation > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{live.Metadata.Uid} generation {live.Metadata.Generation}")
        : $"{live.Metadata.Uid} version {live.Metadata.ResourceVersion}";

    /// <summary>Has kubelet look at the ConfigMap now: it syncs a pod whose annotations change, and the others once a minute or so.</summary>
    /// <returns>Why that is to be tried again; null where it is not.</returns>
    private async Task<RetryableException?> HurryAsync(ObjectKey tool, string generation, CancellationToken cancellationToken)
    {
        var selection = new Selection { Namespace = tool.Namespace, LabelSelector = Names.PodSelector(tool.Name), MetadataOnly = true };
        RetryableException? late = null;
        try
        {
            var pods = await client.ListAsync(Kinds.Pods, selection, cancellationToken);
            foreach (var pod in pods.Items.Where(pod => pod.Metadata.Annotations.GetValueOrDefault(Names.PolicyGenerationAnnotation) != generation))
            {
                late = await HurryAsync(pod.Key, Json.Object(("metadata", Json.Object(("annotations", Json.Object((Names.PolicyGenerationAnnotation, generation)))))), cancellationToken) ?? late;
            }
        }
        catch (ApiException error)
        {
            late = error as RetryableException;
        }
        return late;
    }

    private async Task<RetryableException?> HurryAsync(ObjectKey pod, JsonObject patch, CancellationToken cancellationToken)
    {
        try
        {
            await client.PatchAsync(Kinds.Pods, pod, PatchKind.Merge, patch, Names.FieldManager, Subresource.None, cancellationToken);
            return null;
        }
        catch (ApiException error)
        {
            // A pod that is gone reads nothing; by one that an admission rule guards kubelet comes anyway.
            return error as RetryableException;
        }
    }

    /// <summary>Of a Deployment only the number of its pods: the rest of it may follow a spec that cannot be followed now.</summary>
    private Task<KubeObject> StopAsync(ObjectKey key, Writes writes, CancellationToken cancellationToken)
    {
        writes.All.Remove((Kinds.Deployments, key));
        return client.PatchAsync(Kinds.Deployments, key, PatchKind.Merge, Json.Object(("spec", Json.Object(("replicas", 0)))), Names.FieldManager, Subresource.None, cancellationToken);
    }

    private IEnumerable<(Resource Resource, KubeObject Live)> Leftovers(ObjectKey tool, string uid, Plan plan, KubeObject? deployment)
    {
        foreach (var (resource, key) in plan.Unwanted)
        {
            if (caches.Child(resource, key) is { } live && IsOwnedBy(live, uid))
            {
                yield return (resource, live);
            }
        }
        // Old pods mount the old tool until the last of them is gone.
        if (!Rollout.Of(deployment).IsComplete)
        {
            yield break;
        }
        var current = plan.Children.Where(child => child.Resource == Kinds.ConfigMaps).Select(child => child.Key).ToHashSet();
        foreach (var map in caches.Owned[Kinds.ConfigMaps].ByIndex(Caches.ByTool, tool.ToString()))
        {
            if (!current.Contains(map.Key) && IsOwnedBy(map, uid))
            {
                yield return (Kinds.ConfigMaps, map);
            }
        }
    }

    private async Task DeleteAsync(IEnumerable<(Resource Resource, KubeObject Live)> objects, Writes writes, CancellationToken cancellationToken)
    {
        foreach (var (resource, live) in objects)
        {
            await client.DeleteAsync(resource, live.Key, new DeleteOptions { Uid = live.Metadata.Uid }, cancellationToken);
            writes.All.Remove((resource, live.Key));
        }
    }

    private static KubeObject? Owned(KubeObject? deployment, string uid) => deployment is not null && IsOwnedBy(deployment, uid) ? deployment : null;

    /// <summary>Whether an object that is not this tool's goes by itself: it is being deleted, or will be by the garbage collector, since its owner was a tool of this name that is gone.</summary>
    private static bool IsLeaving(KubeObject child, KubeObject tool) => child.Metadata.DeletionTimestamp is not null
        || (child.Metadata.ControllerOwner is { } owner && owner.Kind == Kinds.WasmTools.Kind && owner.ApiVersion == Kinds.WasmTools.ApiVersion && owner.Name == tool.Metadata.Name);

    private static bool IsOwnedBy(KubeObject child, string uid) => child.Metadata.ControllerOwner?.Uid == uid;

    /// <param name="Live">What was there; null for nothing.</param>
    /// <param name="Written">What is there now; null where nothing had to be written.</param>
    private sealed record Put(bool IsForeign, KubeObject? Live, KubeObject? Written);
}
