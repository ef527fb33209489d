using Tapedeck.Wasi.Calls;

namespace Tapedeck.Wasi.Filesystem.Host;

/// <summary>
/// Resolves paths beneath a directory, as
/// <see href="https://github.com/WebAssembly/wasi-filesystem/blob/main/path-resolution.md"/> asks: nothing leads out of it.
/// </summary>
/// <remarks>RATIONALE.md, "Why are links walked and not followed?"</remarks>
internal sealed class Resolver(Resolution resolution)
{
    private const int MostCharacters = 4096;
    private const int MostRetries = 16;

    private readonly bool _useKernel = resolution == Resolution.Kernel && KernelCan;

    /// <summary>True where this kernel, and the seccomp filter around us, let openat2 through.</summary>
    internal static bool KernelCan { get; } = Probe();

    /// <param name="directory">The base, which stays the caller's.</param>
    /// <param name="followLast">Whether a symbolic link at the end of the path is followed.</param>
    internal ErrorCode Resolve(FileHandle directory, string path, bool followLast, out Place? place)
    {
        place = null;
        if (path.Length == 0)
        {
            return ErrorCode.NoEntry;
        }
        if (path.Length > MostCharacters)
        {
            return ErrorCode.NameTooLong;
        }
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            return ErrorCode.Invalid;
        }
        if (path[0] == '/')
        {
            return ErrorCode.NotPermitted;
        }
        if (_useKernel && TryByKernel(directory, path, followLast, out place))
        {
            return ErrorCode.None;
        }
        using var walk = new Walk(directory, path, followLast);
        return walk.Run(out place);
    }

    /// <summary>Opens the parent in one call. False where a link, <c>..</c> or an error asks for the walk, which says what it is.</summary>
    private static bool TryByKernel(FileHandle directory, string path, bool followLast, out Place? place)
    {
        place = null;
        var trimmed = path.AsSpan().TrimEnd('/');
        var slash = trimmed.LastIndexOf('/');
        if (slash <= 0 || !IsNormal(trimmed))
        {
            return false;
        }
        var how = new OpenHow
        {
            Flags = (ulong)(Libc.PathOnly | Libc.Directory | Libc.CloseOnExec),
            Resolve = OpenHow.Beneath | OpenHow.NoMagicLinks | OpenHow.NoSymlinks,
        };
        FileHandle? parent = null;
        // EAGAIN: something was renamed meanwhile. After some attempts the walk decides.
        for (var retry = 0; retry < MostRetries; retry++)
        {
            if (directory.Open(trimmed[..slash].ToString(), how, out parent) is not (ErrorCode.WouldBlock or ErrorCode.Interrupted))
            {
                break;
            }
        }
        if (parent is null)
        {
            return false;
        }
        place = new Place(parent, true, trimmed[(slash + 1)..].ToString(), trimmed.ToString(), trimmed.Length < path.Length, hasLinks: false);
        if (followLast && place.Stat(out var stat) == ErrorCode.None && stat.Type == DescriptorType.SymbolicLink)
        {
            place.Dispose();
            place = null;
        }
        return place is not null;
    }

    private static bool IsNormal(ReadOnlySpan<char> path)
    {
        foreach (var range in path.Split('/'))
        {
            if (path[range] is "" or "." or "..")
            {
                return false;
            }
        }
        return true;
    }

    private static bool Probe()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }
        FileHandle.Folder(HostHandles.OfProcess, "/", Libc.PathOnly, out var root);
        var how = new OpenHow { Flags = (ulong)(Libc.PathOnly | Libc.CloseOnExec), Resolve = OpenHow.Beneath | OpenHow.NoMagicLinks | OpenHow.NoSymlinks };
        using (root)
        {
            FileHandle? opened = null;
            root?.Open(".", how, out opened);
            using (opened)
            {
                return opened is not null;
            }
        }
    }
}
