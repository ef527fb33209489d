using Tapedeck.Policy.Requests;
using Tapedeck.Wasi.Filesystem.Host;

namespace Tapedeck.Wasi.Filesystem;

/// <summary>
/// Operations that give something another path. What had the old path could be read and written there, and so must be what it becomes: else a move
/// would be the way around a rule for the one path or the other.
/// </summary>
internal static class TwoPathOperations
{
    internal static ErrorCode Rename(Descriptor from, string oldPath, Descriptor to, string newPath)
    {
        var outcome = Located.Find(from, oldPath, follow: false, isDirectory: false, [StorageUse.Move], out var old);
        if (outcome != ErrorCode.None)
        {
            return outcome;
        }
        using (old)
        {
            if (old.Stat is not { } stat)
            {
                return ErrorCode.NoEntry;
            }
            ReadOnlySpan<StorageUse> uses = stat.IsDirectory ? [StorageUse.Move] : [StorageUse.Write];
            outcome = Located.Find(to, newPath, follow: false, stat.IsDirectory, uses, out var next);
            if (outcome != ErrorCode.None)
            {
                return outcome;
            }
            using (next)
            {
                return !stat.IsDirectory && (old.Place.EndsInSlash || next.Place.EndsInSlash) ? ErrorCode.NotDirectory
                    : LinkText.Check(old.Place, stat, next.Granted[0].File) is var refusal && refusal != ErrorCode.None ? refusal
                    : Errno.Of(Libc.RenameAt(old.Place.Directory, old.Place.Name, next.Place.Directory, next.Place.Name));
            }
        }
    }

    internal static ErrorCode Link(Descriptor from, bool follow, string oldPath, Descriptor to, string newPath)
    {
        // A followed link would be a second name for whatever is behind it, at a place that the gate was not asked about.
        if (follow)
        {
            return ErrorCode.Invalid;
        }
        var outcome = Located.Find(from, oldPath, follow: false, isDirectory: false, [StorageUse.Move], out var old);
        if (outcome != ErrorCode.None)
        {
            return outcome;
        }
        using (old)
        {
            outcome = Located.Find(to, newPath, follow: false, isDirectory: false, [StorageUse.Write], out var next);
            if (outcome != ErrorCode.None)
            {
                return outcome;
            }
            using (next)
            {
                return old.Stat is { IsDirectory: true } ? ErrorCode.NotPermitted
                    : old.Place.EndsInSlash ? ErrorCode.NotDirectory
                    : next.Place.EndsInSlash ? ErrorCode.NoEntry
                    : old.Stat is { } stat && LinkText.Check(old.Place, stat, next.Granted[0].File) is var refusal && refusal != ErrorCode.None ? refusal
                    : Errno.Of(Libc.LinkAt(old.Place.Directory, old.Place.Name, next.Place.Directory, next.Place.Name, 0));
            }
        }
    }
}
