using System.Collections.Concurrent;

namespace Tapedeck.Oci.Registries;

/// <summary>The mirrors that did not answer lately. Each is left alone for a minute, since every request would wait for it anew before the registry is asked.</summary>
internal sealed class UnreachableMirrors(TimeProvider time)
{
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _ends = new(StringComparer.Ordinal);

    internal bool Contains(RegistryConnection connection) =>
        connection.IsMirror && _ends.TryGetValue(connection.Place.Origin, out var end) && time.GetUtcNow() < end;

    /// <summary>Remembers a mirror that failed as one does that is down. The registry itself is asked whatever it answered before.</summary>
    internal void Look(RegistryConnection connection, OciError? error)
    {
        if (connection.IsMirror && error?.Kind == OciErrorKind.Unreachable)
        {
            _ends[connection.Place.Origin] = time.GetUtcNow() + Rest;
        }
    }
}
