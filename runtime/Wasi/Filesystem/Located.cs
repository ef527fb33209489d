using Tapedeck.Policy;
using Tapedeck.Policy.Requests;
using Tapedeck.Wasi.Filesystem.Host;

namespace Tapedeck.Wasi.Filesystem;

/// <summary>
/// A place that the gate allowed something at. There is no other way from a guest's path to a place, so no function of the file system can forget to ask.
/// </summary>
internal readonly struct Located : IDisposable
{
    private Located(Place place, FileStat? stat, HostRequest[] granted)
    {
        Place = place;
        Stat = stat;
        Granted = granted;
    }

    internal Place Place { get; }

    /// <summary>What there was when the gate was asked; null for nothing.</summary>
    internal FileStat? Stat { get; }

    /// <summary>The requests that were allowed.</summary>
    internal HostRequest[] Granted { get; }

    /// <summary>Resolves a path and asks the gate about what it led to, and where links led elsewhere also about the path as it was written.</summary>
    /// <param name="isDirectory">Whether a directory is meant where there is nothing yet.</param>
    /// <returns>What the gate says, before what the file system says: a path that is denied does not tell whether it exists.</returns>
    internal static ErrorCode Find(Descriptor from, string path, bool follow, bool isDirectory, ReadOnlySpan<StorageUse> uses, out Located located)
    {
        located = default;
        if (!from.IsOpen)
        {
            return ErrorCode.BadDescriptor;
        }
        if (!from.IsDirectory)
        {
            return ErrorCode.NotDirectory;
        }
        var outcome = from.State.Resolver.Resolve(from.Handle, path, follow, out var place);
        FileStat? stat = place is not null && place.Stat(out var found) == ErrorCode.None ? found : null;
        isDirectory = stat?.IsDirectory ?? isDirectory;
        var granted = new HostRequest[uses.Length];
        for (var index = 0; index < uses.Length; index++)
        {
            granted[index] = from.Request(place?.Path ?? path, uses[index], isDirectory);
            var denial = place is { HasLinks: true } ? Ask(from, from.Request(path, uses[index], isDirectory)) : ErrorCode.None;
            denial = denial == ErrorCode.None ? Ask(from, granted[index]) : denial;
            if (denial != ErrorCode.None)
            {
                place?.Dispose();
                return denial;
            }
        }
        if (outcome == ErrorCode.None)
        {
            located = new Located(place!, stat, granted);
        }
        return outcome;
    }

    public void Dispose() => Place.Dispose();

    /// <summary>The error where the gate says no.</summary>
    internal static ErrorCode Ask(Descriptor from, in HostRequest request)
    {
        var decision = from.State.Gate.Ask(request);
        return decision.Allowed ? ErrorCode.None : decision.Reason switch
        {
            DecisionReason.ReadOnly => ErrorCode.ReadOnly,
            DecisionReason.OutsideRoot => ErrorCode.NotPermitted,
            DecisionReason.Malformed => ErrorCode.Invalid,
            _ => ErrorCode.Access,
        };
    }
}
