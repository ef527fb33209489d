using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Children;

namespace Tapedeck.Operator.Tools;

/// <summary>Makes the cluster match a plan.</summary>
internal sealed class Applying(KubeClient client, Caches caches)
{
    /// <summary>Failures in a row before the status tells of them: some seconds of a queue's waits. What passes sooner concerns nobody.</summary>
    private const int QuietFailures = 10;

    private readonly ConcurrentDictionary<ObjectKey, Writes> _writes = [];
    private readonly Putting _putting = new(client, caches);

    /// <exception cref="ApiException">Something could not be written, and the status is not to tell of it.</exception>
    internal async Task<Applied> ApplyAsync(Observed observed, Plan plan, CancellationToken cancellationToken)
    {
        var tool = observed.Object;
        var uid = tool.Metadata.Uid;
        var writes = WritesFor(tool.Key);
        var attempt = new Attempt(tool);
        var undone = new List<Child>();
        var deployment = observed.Deployment;
        RetryableException? late = null;
        foreach (var child in plan.Children)
        {
            var put = undone.Exists(before => Kinds.OfPods.Contains(before.Resource)) ? null
                : await attempt.TryAsync(child.Resource, child.Key, () => _putting.PutAsync(child, uid, writes, cancellationToken));
            if (put is { IsForeign: true })
            {
                attempt.Meet(child.Resource, put.Live!);
            }
            if (put is not { IsForeign: false })
            {
                undone.Add(child);
                continue;
            }
            deployment = child.Resource == Kinds.Deployments ? put.Written ?? put.Live : deployment;
            if (child.IsPolicy)
            {
                writes.IsToHurry |= put.Written is not null;
                late = writes.IsToHurry ? await HurryAsync(tool.Key, child.Object.Metadata.Annotations[Names.PolicyGenerationAnnotation], cancellationToken) : null;
                writes.IsToHurry = late is not null;
            }
        }
        deployment = deployment is not null && Putting.IsOwnedBy(deployment, uid) ? deployment : null;
        var isStopped = deployment is not null && (plan.IsWithheld || await AreUnsafeAsync(deployment, uid, attempt, plan.Children.Except(undone), writes, cancellationToken));
        if (isStopped && Rollout.Of(deployment).Desired > 0)
        {
            deployment = await attempt.TryAsync(Kinds.Deployments, tool.Key, () => StopAsync(tool.Key, writes, cancellationToken)) ?? deployment;
        }
        foreach (var (resource, live) in Leftovers(tool, plan, undone.Count == 0, deployment))
        {
            await attempt.TryAsync(resource, live.Key, () => DeleteAsync(resource, live, writes, cancellationToken));
        }
        writes.Ended(attempt.Failed);
        if (writes is { Failed.Error: { } error, Failures: < QuietFailures })
        {
            ExceptionDispatchInfo.Throw(error);
        }
        return new Applied(attempt.Foreign, deployment)
        {
            Leaving = attempt.Leaving,
            Refused = attempt.Refused,
            Failed = writes.Failed,
            Undone = [.. undone],
            IsStopped = isStopped,
            Late = writes.Failed?.Error ?? late,
        };
    }

    /// <summary>What was written for a tool that is gone.</summary>
    internal void Forget(ObjectKey tool) => _writes.TryRemove(tool, out _);

    /// <summary>The ConfigMap with the policies of a tool; null where none is known of.</summary>
    internal KubeObject? Policy(ObjectKey tool) => WritesFor(tool).Policy(caches.Owned[Kinds.ConfigMaps].Get(new(tool.Namespace, Names.PolicyConfigMap(tool.Name))));

    /// <summary>The number under which the policies may not be handed out any more; 0 for none.</summary>
    internal long Spent(ObjectKey tool) => WritesFor(tool).Spent;

    private Writes WritesFor(ObjectKey tool) => _writes.GetOrAdd(tool, static _ => new Writes());

    /// <summary>
    /// Whether pods that run have objects of others for what they were started with, or nothing where the API server refuses ours: then what ceilings and policies come to say
    /// does not reach them, or another says it.
    /// </summary>
    /// <param name="done">What is known to be ours.</param>
    private async Task<bool> AreUnsafeAsync(KubeObject deployment, string uid, Attempt attempt, IEnumerable<Child> done, Writes writes, CancellationToken cancellationToken)
    {
        var isUnsafe = false;
        foreach (var (resource, key) in StartedWith(deployment).Except(done.Select(child => (child.Resource, child.Key))))
        {
            var live = await attempt.TryAsync(resource, key, () => _putting.LiveAsync(resource, key, uid, writes, cancellationToken));
            if (live is not null && !Putting.IsOwnedBy(live, uid))
            {
                attempt.Meet(resource, live);
            }
            isUnsafe |= attempt.IsOfOthers(resource, key) || (live is null && attempt.IsRefused(resource, key));
        }
        return isUnsafe;
    }

    private static IEnumerable<(Resource Resource, ObjectKey Key)> StartedWith(KubeObject deployment)
    {
        var key = deployment.Key;
        yield return (Kinds.ConfigMaps, key with { Name = Names.PolicyConfigMap(key.Name) });
        yield return (Kinds.ServiceAccounts, key);
        yield return (Kinds.NetworkPolicies, key);
        if (Rollout.Of(deployment).ToolConfigMap is { Length: > 0 } map)
        {
            yield return (Kinds.ConfigMaps, key with { Name = map });
        }
    }

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
    private async Task<KubeObject?> StopAsync(ObjectKey key, Writes writes, CancellationToken cancellationToken)
    {
        writes.All.Remove((Kinds.Deployments, key));
        return await client.PatchAsync(Kinds.Deployments, key, PatchKind.Merge, Json.Object(("spec", Json.Object(("replicas", 0)))), Names.FieldManager, Subresource.None, cancellationToken);
    }

    /// <param name="isDone">All of the plan's children are there.</param>
    private IEnumerable<(Resource Resource, KubeObject Live)> Leftovers(KubeObject tool, Plan plan, bool isDone, KubeObject? deployment)
    {
        foreach (var (resource, key) in plan.Unwanted)
        {
            if (caches.Child(resource, key) is { } live && Putting.IsOwnedBy(live, tool.Metadata.Uid))
            {
                yield return (resource, live);
            }
        }
        // Old pods mount the old tool until the last of them is gone.
        if (!plan.IsWhole || !isDone || !Rollout.Of(deployment).IsComplete)
        {
            yield break;
        }
        var current = plan.Children.Where(child => child.Resource == Kinds.ConfigMaps).Select(child => child.Key).ToHashSet();
        foreach (var map in caches.Owned[Kinds.ConfigMaps].ByIndex(Caches.ByTool, tool.Key.ToString()))
        {
            if (!current.Contains(map.Key) && Putting.IsOwnedBy(map, tool.Metadata.Uid))
            {
                yield return (Kinds.ConfigMaps, map);
            }
        }
    }

    /// <returns>What was deleted.</returns>
    private async Task<KubeObject?> DeleteAsync(Resource resource, KubeObject live, Writes writes, CancellationToken cancellationToken)
    {
        await client.DeleteAsync(resource, live.Key, new DeleteOptions { Uid = live.Metadata.Uid }, cancellationToken);
        writes.All.Remove((resource, live.Key));
        return live;
    }
}
