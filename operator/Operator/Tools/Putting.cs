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
                if (await client.GetAsync(child.Resource, child.Key, cancellationToken) is { } frozen && frozen.Find("immutable") is { ValueKind: JsonValueKind.True })
                {
                    // It says that it is ours, and what it holds is not what we wrote: of the policies none is immutable, and the name of a tool's has its content's hash.
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
        // A cache may still show what was before our own write.
        if (live is not null && HasMetadata(live, child.Object) && writes.All.TryGetValue(place, out var written) && written.Hash == hash && (written.After == before || written.Before == before))
        {
            return null;
        }
        // The same policies as before under the same number, and somebody touched them: what is there now tells whether this puts something right.
        var isAgain = live is not null && child.IsPolicy && writes.All.GetValueOrDefault(place)?.Hash == hash;
        var touched = isAgain ? await client.GetAsync(child.Resource, child.Key, cancellationToken) : null;
        var spent = writes.Spent;
        writes.Spent = isAgain ? Counting.NumberOf(child.Object) : spent;
        // No object is taken over: what was looked at is what is changed, and where there was none one is made.
        var after = await client.ApplyAsync(child.Resource, child.Object, live is null ? Options with { OnlyNew = true } : Options with { Uid = live.Metadata.Uid }, cancellationToken);
        writes.All[place] = new Written(hash, before, VersionOf(after));
        if (child.IsPolicy)
        {
            writes.Handed(after);
            writes.Spent = touched is not null && VersionOf(touched) == VersionOf(after) ? spent : writes.Spent;
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
}

/// <param name="Live">What was there; null for nothing.</param>
/// <param name="Written">What is there now; null where nothing had to be written.</param>
internal sealed record Put(bool IsForeign, KubeObject? Live, KubeObject? Written);
