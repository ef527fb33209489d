using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Children;

namespace Tapedeck.Operator.Tools;

/// <summary>Makes the cluster match a plan.</summary>
internal sealed class Applying(KubeClient client, Caches caches, TimeProvider time)
{
    /// <summary>How long something fails before the status tells of it. What passes sooner concerns nobody.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3);

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
        ApiException? late = null;
        foreach (var child in plan.Children)
        {
            var put = undone.Exists(IsOfPods) ? null : await PutAsync(child, uid, attempt, writes, cancellationToken);
            if (put is null)
            {
                undone.Add(child);
                continue;
            }
            deployment = child.Resource == Kinds.Deployments ? put.Written ?? put.Live : deployment;
            late = child.IsPolicy ? await TellAsync(tool.Key, child, put, writes, cancellationToken) : late;
        }
        deployment = Owned(deployment, uid);
        var isStopped = false;
        if (deployment is not null)
        {
            var mayRun = plan.IsWithheld ? false : await MayRunAsync(deployment, uid, attempt, plan.Children.Except(undone), writes, cancellationToken);
            isStopped = mayRun == false;
            if (Scaling(deployment, mayRun, plan) is { } scaling)
            {
                writes.All.Remove((Kinds.Deployments, tool.Key));
                deployment = await attempt.TryAsync(Kinds.Deployments, tool.Key, () => ScaleAsync(tool.Key, scaling, cancellationToken)) ?? deployment;
            }
        }
        foreach (var (resource, live) in Leftovers(tool, plan, !undone.Exists(IsOfPods), deployment))
        {
            await attempt.TryAsync(resource, live.Key, () => DeleteAsync(resource, live, writes, cancellationToken));
        }
        EndOrThrow(attempt, writes, isStopped);
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

    /// <returns>Null where it is not as it is to be.</returns>
    private async Task<Put?> PutAsync(Child child, string uid, Attempt attempt, Writes writes, CancellationToken cancellationToken)
    {
        var put = await attempt.TryAsync(child.Resource, child.Key, () => _putting.PutAsync(child, uid, writes, cancellationToken));
        if (put is { IsForeign: true })
        {
            attempt.Meet(child.Resource, put.Live!);
            return null;
        }
        return put;
    }

    private static KubeObject? Owned(KubeObject? deployment, string uid) => deployment is not null && Putting.IsOwnedBy(deployment, uid) ? deployment : null;

    private static bool IsOfPods(Child child) => Kinds.OfPods.Contains(child.Resource);

    /// <summary>That pods are stopped is told whatever else fails.</summary>
    private void EndOrThrow(Attempt attempt, Writes writes, bool isStopped)
    {
        writes.Ended(attempt.Failed, time.GetTimestamp());
        if (!isStopped && writes is { Failed.Error: { } error, FailedAt: { } since } && time.GetElapsedTime(since) < Quiet)
        {
            ExceptionDispatchInfo.Throw(error);
        }
    }

    /// <summary>What was written for a tool that is gone.</summary>
    internal void Forget(ObjectKey tool) => _writes.TryRemove(tool, out _);

    /// <summary>The ConfigMap with the policies of a tool; null where none is known of.</summary>
    internal KubeObject? Policy(ObjectKey tool) => WritesFor(tool).Policy(caches.Owned[Kinds.ConfigMaps].Get(new(tool.Namespace, Names.PolicyConfigMap(tool.Name))));

    /// <summary>The number under which the policies may not be handed out any more; 0 for none.</summary>
    internal long Spent(ObjectKey tool) => WritesFor(tool).Spent;

    private Writes WritesFor(ObjectKey tool) => _writes.GetOrAdd(tool, static _ => new Writes());

    /// <summary>
    /// Pods may run where all that they are started with is ours, and not where some of it is of others, or is gone and the API server refuses ours: then what ceilings and policies
    /// come to say does not reach them, or another says it.
    /// </summary>
    /// <param name="done">What is known to be ours.</param>
    /// <returns>Null where that is not known, or something is gone that nobody refuses: what there is stays.</returns>
    private async Task<bool?> MayRunAsync(KubeObject deployment, string uid, Attempt attempt, IEnumerable<Child> done, Writes writes, CancellationToken cancellationToken)
    {
        bool? mayRun = true;
        foreach (var (resource, key) in StartedWith(deployment).Except(done.Select(child => (child.Resource, child.Key))))
        {
            var live = await attempt.TryAsync(resource, key, () => _putting.LiveAsync(resource, key, uid, writes, cancellationToken));
            if (live is not null && !Putting.IsOwnedBy(live, uid))
            {
                attempt.Meet(resource, live);
            }
            if (attempt.IsOfOthers(resource, key) || (live is null && attempt.IsRefused(resource, key)))
            {
                mayRun = false;
            }
            else if (live is null)
            {
                mayRun = mayRun == true ? null : mayRun;
            }
        }
        return mayRun;
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

    /// <returns>Why pods could not be told of their policies, and are to be; null where they were, or were before.</returns>
    private async Task<RetryableException?> TellAsync(ObjectKey tool, Child policy, Put put, Writes writes, CancellationToken cancellationToken)
    {
        writes.IsToHurry |= put.Written is not null;
        var late = writes.IsToHurry ? await HurryAsync(tool, policy.Object.Metadata.Annotations[Names.PolicyGenerationAnnotation], cancellationToken) : null;
        writes.IsToHurry = late is not null;
        return late;
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

    /// <summary>Of a Deployment only the number of its pods: the rest of it may follow a spec that cannot be followed now. The number of before is kept on it, since it may be anybody's.</summary>
    /// <returns>How many pods there are to be, and how many there were before they were stopped, which is null for pods that run; null where nothing is to be changed.</returns>
    private static (int Replicas, int? Before)? Scaling(KubeObject deployment, bool? mayRun, Plan plan) => (mayRun, Rollout.Of(deployment)) switch
    {
        (false, { Desired: > 0 and var desired }) => (0, desired),
        (true, { StoppedFrom: { } before }) => (Asked(plan) ?? before, null),
        _ => null,
    };

    /// <summary>How many pods the spec asks for; null where it leaves that to others, or cannot be followed.</summary>
    private static int? Asked(Plan plan) => plan.Children.FirstOrDefault(child => child.Resource == Kinds.Deployments)?.Object.Find("spec", "replicas")?.GetInt32();

    private async Task<KubeObject?> ScaleAsync(ObjectKey key, (int Replicas, int? Before) to, CancellationToken cancellationToken)
    {
        var annotations = new JsonObject { [Names.StoppedFromAnnotation] = to.Before is { } before ? string.Create(CultureInfo.InvariantCulture, $"{before}") : null };
        var patch = Json.Object(("metadata", Json.Object(("annotations", annotations))), ("spec", Json.Object(("replicas", to.Replicas))));
        return await client.PatchAsync(Kinds.Deployments, key, PatchKind.Merge, patch, Names.FieldManager, Subresource.None, cancellationToken);
    }

    /// <param name="isDone">All that pods start with is there.</param>
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
