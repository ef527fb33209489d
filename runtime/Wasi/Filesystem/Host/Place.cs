namespace Tapedeck.Wasi.Filesystem.Host;

/// <summary>Where a path led: a directory that is open, and a name in it that the kernel is not to follow any further.</summary>
/// <remarks>Whatever others rename meanwhile, an operation on <see cref="Name"/> in <see cref="Directory"/> stays in that directory.</remarks>
internal sealed class Place : IDisposable
{
    private readonly bool _isOwner;

    internal Place(FileHandle directory, bool isOwner, string name, string path, bool endsInSlash, bool hasLinks)
    {
        Directory = directory;
        _isOwner = isOwner;
        Name = name;
        Path = path;
        EndsInSlash = endsInSlash;
        HasLinks = hasLinks;
    }

    internal FileHandle Directory { get; }

    /// <summary>One component without slashes; <c>.</c> for the directory itself.</summary>
    internal string Name { get; }

    /// <summary>The path from the base, in normal form and without links on it; empty for the base itself.</summary>
    internal string Path { get; }

    /// <summary>True where the path was written with a slash at its end, so that it can mean a directory only.</summary>
    internal bool EndsInSlash { get; }

    /// <summary>True where a symbolic link was followed, so that <see cref="Path"/> is not what the guest wrote.</summary>
    internal bool HasLinks { get; }

    internal bool IsDirectoryItself => Name == ".";

    /// <summary>What there is; a link is itself.</summary>
    internal ErrorCode Stat(out FileStat stat)
    {
        var outcome = Errno.Of(Libc.Statx(Directory, Name, Libc.AtSymlinkNoFollow | Libc.AtNoAutomount, Libc.StatxBasic, out var buffer));
        stat = FileStat.From(buffer);
        return outcome;
    }

    public void Dispose()
    {
        if (_isOwner)
        {
            Directory.Dispose();
        }
    }
}
