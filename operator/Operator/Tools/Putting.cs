using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Children;

namespace Tapedeck.Operator.Tools;

/// <summary>Makes one child what it is to be, if it is this tool's, and writes nothing where it is that already.</summary>
internal sealed class Putting(KubeClient client, Caches caches)
{
    private static readonly ApplyOptions Options = new(Names.FieldManager) { Force = true };

    /// <summary>What there is of a ConfigMap besides its metadata.</summary>
    private static readonly string[] Contents = ["immutable", "data", "binaryData"];

    /// <summary>
    /// What there is of this name. A cache knows what has our label, and may be behind; what is not this tool's there is looked up, since somebody loses by it.
    /// </summary>
    internal async Task<KubeObject?> LiveAsync(Resource resource, ObjectKey key, string uid, Writes writes, CancellationToken cancellationToken)
    {
        var cached = caches.Child(resource, key);
        cached = cached is not null && writes.IsPolicy(key) ? writes.Policy(cached) : cached;
        return cached is not null && IsOwnedBy(cached, uid) ? cached : await client.GetAsync(resource, key, cancellationToken);
    }

    internal async Task<Put?> PutAsync(Child child, string uid, Writes writes, CancellationToken cancellationToken)
    {
        var live = await LiveAsync(child.Resource, child.Key, uid, writes, cancellationToken);
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
            catch (InvalidException) when (child.Resource == Kinds.ConfigMaps && live is not null)
            {
                if (await client.GetAsync(child.Resource, child.Key, cancellationToken) is { } frozen && frozen.Json.Flag("immutable") && !IsAlike(frozen, child.Object))
                {
                    // It says that it is ours, and nobody can make it what we wrote.
                    return new Put(IsForeign: true, frozen, null);
                }
                throw;
            }
        }
    }

    internal static bool IsOwnedBy(KubeObject child, string uid) => child.Metadata.ControllerOwner?.Uid == uid;

    /// <returns>What was written; null where nothing had to be.</returns>
    private async Task<KubeObject?> ApplyAsync(Child child, KubeObject? live, Writes writes, CancellationToken cancellationToken)
    {
        var place = (child.Resource, child.Key);
        var hash = Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Write(child.Object.Json)));
        var before = live is null ? "" : VersionOf(live);
        if (live is not null && HasMetadata(live, child.Object) && writes.All.GetValueOrDefault(place) is { } written && written.IsStill(hash, before))
        {
            return null;
        }
        // The same policies as before under the same number, and somebody touched them.
        var isAgain = live is not null && child.IsPolicy && writes.All.GetValueOrDefault(place)?.Hash == hash;
        var after = isAgain ? await RepairAsync(child, live!, writes, cancellationToken) : await WriteAsync(child, live, cancellationToken);
        writes.All[place] = new Written(hash, before, VersionOf(after));
        if (child.IsPolicy)
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

    /// <summary>Of two ConfigMaps, that pods find the same in them, and the operator may change as much.</summary>
    private static bool IsAlike(KubeObject one, KubeObject other) => Contents.All(field =>
        (one.Find(field), other.Find(field)) is var (left, right) && (left is null || right is null ? left is null && right is null : JsonElement.DeepEquals(left.Value, right.Value)));

    /// <summary>Changes with every change of what is desired, and where it can with no other: a status is not ours to repair.</summary>
    private static string VersionOf(KubeObject live) => live.Metadata.Generation > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{live.Metadata.Uid} generation {live.Metadata.Generation}")
        : $"{live.Metadata.Uid} version {live.Metadata.ResourceVersion}";
}

/// <param name="Live">What was there; null for nothing.</param>
/// <param name="Written">What is there now; null where nothing had to be written.</param>
internal sealed record Put(bool IsForeign, KubeObject? Live, KubeObject? Written);
