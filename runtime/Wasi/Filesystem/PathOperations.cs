using Tapedeck.Policy.Requests;
using Tapedeck.Wasi.Filesystem.Host;

namespace Tapedeck.Wasi.Filesystem;

/// <summary>Operations on paths. Each begins by having its path located, which asks the gate.</summary>
internal static class PathOperations
{
    internal static ErrorCode Open(Descriptor from, string path, bool follow, Opening opening, DescriptorFlags flags, out Descriptor? descriptor)
    {
        descriptor = null;
        var changes = opening.IsWrite || (flags & DescriptorFlags.MutateDirectory) != 0;
        ReadOnlySpan<StorageUse> uses = !changes ? [StorageUse.Read] : opening.Read ? [StorageUse.Read, StorageUse.Write] : [StorageUse.Write];
        var outcome = Located.Find(from, path, follow || Walk.MeansDirectory(path), opening.Directory, uses, out var located);
        if (outcome != ErrorCode.None)
        {
            return outcome;
        }
        using (located)
        {
            outcome = opening.Open(located.Place, out var handle, out var stat);
            if (outcome != ErrorCode.None)
            {
                return outcome;
            }
            // The gate was asked about a file, and there is a directory by now, or the other way round.
            if (stat.IsDirectory != (located.Stat?.IsDirectory ?? stat.IsDirectory))
            {
                handle!.Dispose();
                return ErrorCode.Busy;
            }
            descriptor = from.Child(handle!, located.Place, stat.IsDirectory, flags, located.Granted);
            return ErrorCode.None;
        }
    }

    internal static ErrorCode Stat(Descriptor from, string path, bool follow, out FileStat stat)
    {
        stat = default;
        var outcome = Located.Find(from, path, follow || Walk.MeansDirectory(path), false, [StorageUse.Read], out var located);
        if (outcome != ErrorCode.None)
        {
            return outcome;
        }
        using (located)
        {
            outcome = located.Place.Stat(out stat);
            return outcome == ErrorCode.None && located.Place.EndsInSlash && !stat.IsDirectory ? ErrorCode.NotDirectory : outcome;
        }
    }

    internal static ErrorCode SetTimes(Descriptor from, string path, bool follow, TimeSpec accessed, TimeSpec modified)
    {
        var outcome = Located.Find(from, path, follow || Walk.MeansDirectory(path), false, [StorageUse.Write], out var located);
        if (outcome != ErrorCode.None)
        {
            return outcome;
        }
        using (located)
        {
            var place = located.Place;
            return Errno.Of(Libc.SetTimesAt(place.Directory, place.Name, [accessed, modified], Libc.AtSymlinkNoFollow));
        }
    }

    internal static ErrorCode CreateDirectory(Descriptor from, string path)
    {
        var outcome = Located.Find(from, path, follow: false, isDirectory: true, [StorageUse.Write], out var located);
        if (outcome != ErrorCode.None)
        {
            return outcome;
        }
        using (located)
        {
            const int mode = 0x1ff;
            return Errno.Of(Libc.MakeDirectoryAt(located.Place.Directory, located.Place.Name, mode));
        }
    }

    internal static ErrorCode RemoveDirectory(Descriptor from, string path)
    {
        var outcome = Located.Find(from, path, follow: false, isDirectory: true, [StorageUse.Write], out var located);
        if (outcome != ErrorCode.None)
        {
            return outcome;
        }
        using (located)
        {
            return Errno.Of(Libc.UnlinkAt(located.Place.Directory, located.Place.Name, Libc.AtRemoveDirectory));
        }
    }

    internal static ErrorCode Unlink(Descriptor from, string path)
    {
        var outcome = Located.Find(from, path, follow: false, isDirectory: false, [StorageUse.Write], out var located);
        if (outcome != ErrorCode.None)
        {
            return outcome;
        }
        using (located)
        {
            return located.Stat is { IsDirectory: true } ? ErrorCode.IsDirectory
                : located is { Place.EndsInSlash: true, Stat: not null } ? ErrorCode.NotDirectory
                : Errno.Of(Libc.UnlinkAt(located.Place.Directory, located.Place.Name, 0));
        }
    }

    internal static ErrorCode ReadLink(Descriptor from, string path, out string target)
    {
        target = "";
        var outcome = Located.Find(from, path, follow: false, isDirectory: false, [StorageUse.Read], out var located);
        if (outcome != ErrorCode.None)
        {
            return outcome;
        }
        using (located)
        {
            outcome = Walk.ReadLink(located.Place.Directory, located.Place.Name, out target);
            return outcome == ErrorCode.None && target.StartsWith('/') ? ErrorCode.NotPermitted : outcome;
        }
    }

    /// <summary>Makes a link whose text stays below the preopen: others who read the folder may follow it, and not as carefully as this host.</summary>
    internal static ErrorCode Symlink(Descriptor from, string target, string path)
    {
        var outcome = Located.Find(from, path, follow: false, isDirectory: false, [StorageUse.Write], out var located);
        if (outcome != ErrorCode.None)
        {
            return outcome;
        }
        using (located)
        {
            if (target.Length == 0 || target.Contains('\0', StringComparison.Ordinal))
            {
                return target.Length == 0 ? ErrorCode.NoEntry : ErrorCode.Invalid;
            }
            if (!LinkText.StaysBelow(located.Granted[0].File, target))
            {
                return ErrorCode.NotPermitted;
            }
            return located is { Place.EndsInSlash: true, Stat: null } ? ErrorCode.NoEntry
                : Errno.Of(Libc.SymlinkAt(target, located.Place.Directory, located.Place.Name));
        }
    }
}
