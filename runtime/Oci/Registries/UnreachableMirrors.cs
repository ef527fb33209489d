using System.Collections.Concurrent;

namespace Tapedeck.Oci.Registries;

/// <summary>The mirrors that did not answer lately. Each is left alone for a minute, since every request would wait for it anew before the registry is asked.</summary>
internal sealed class UnreachableMirrors(TimeProvider time)
{
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _ends = new(StringComparer.Ordinal);

    internal bool Contains(RegistryConnection mirror) => _ends.TryGetValue(mirror.Place.Origin, out var end) && time.GetUtcNow() < end;

    /// <summary>
    /// Remembers a mirror that nobody answered at, and forgets one that gave what it was asked for. What fails after an answer costs no wait, so that it may be asked again.
    /// </summary>
    internal void Look(RegistryConnection mirror, OciError? error)
    {
        if (error is RetryableError { IsSilence: true })
        {
            _ends[mirror.Place.Origin] = time.GetUtcNow() + Rest;
        }
        else if (error is null)
        {
            _ends.TryRemove(mirror.Place.Origin, out _);
        }
    }
}
