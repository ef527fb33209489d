using System.Text;

namespace Tapedeck.Wasi.Filesystem.Host;

/// <summary>
/// One walk along a path. Each directory on the way is opened by its name in the one before, never following a link, and stays open: <c>..</c> goes back
/// to the directory that the walk came from, wherever that one has been moved since, so there is no way above the base. Links are read and their text is
/// walked in their place.
/// </summary>
internal sealed class Walk : IDisposable
{
    private const int MostLinks = 40;
    private const int MostDepth = 256;
    private const int MostLinkBytes = 4096;

    private readonly FileHandle _base;
    private readonly bool _followLast;
    private readonly Stack<(FileHandle Directory, string Name)> _way = new();
    private readonly Stack<string> _rest = new();
    private bool _endsInSlash;
    private int _links;

    internal Walk(FileHandle directory, string path, bool followLast)
    {
        _base = directory;
        _followLast = followLast;
        _endsInSlash = MeansDirectory(path);
        Push(path);
    }

    private FileHandle Here => _way.Count == 0 ? _base : _way.Peek().Directory;

    internal ErrorCode Run(out Place? place)
    {
        place = null;
        while (_rest.TryPop(out var name))
        {
            if (name == "..")
            {
                if (!TryLeave())
                {
                    return ErrorCode.NotPermitted;
                }
                continue;
            }
            var isLast = _rest.Count == 0;
            if (isLast && !(_followLast && IsLink(name)))
            {
                place = Found(name);
                return ErrorCode.None;
            }
            if (Enter(name) is var outcome && outcome != ErrorCode.None)
            {
                return outcome;
            }
        }
        place = Found(".");
        return ErrorCode.None;
    }

    public void Dispose()
    {
        while (_way.TryPop(out var step))
        {
            step.Directory.Dispose();
        }
    }

    /// <summary>Puts the components of a path before those that are still to be walked. Empty ones and dots lead nowhere.</summary>
    private void Push(string path)
    {
        var components = path.Split('/');
        for (var index = components.Length - 1; index >= 0; index--)
        {
            if (components[index] is not ("" or "."))
            {
                _rest.Push(components[index]);
            }
        }
    }

    private ErrorCode Enter(string name)
    {
        if (_way.Count == MostDepth)
        {
            return ErrorCode.NameTooLong;
        }
        var outcome = Here.Open(name, Libc.PathOnly | Libc.Directory | Libc.NoFollow, 0, out var directory);
        if (outcome == ErrorCode.None)
        {
            _way.Push((directory!, name));
        }
        return outcome is ErrorCode.NotDirectory or ErrorCode.Loop ? Expand(name) : outcome;
    }

    /// <summary>Walks the text of a link instead of its name.</summary>
    private ErrorCode Expand(string name)
    {
        if (ReadLink(Here, name, out var target) is var outcome && outcome != ErrorCode.None)
        {
            return outcome == ErrorCode.Invalid ? ErrorCode.NotDirectory : outcome;
        }
        if (++_links > MostLinks)
        {
            return ErrorCode.Loop;
        }
        if (target.StartsWith('/'))
        {
            return ErrorCode.NotPermitted;
        }
        _endsInSlash |= _rest.Count == 0 && MeansDirectory(target);
        Push(target);
        return ErrorCode.None;
    }

    /// <summary>The text of a link; Invalid where there is none of that name.</summary>
    internal static ErrorCode ReadLink(FileHandle directory, string name, out string target)
    {
        target = "";
        Span<byte> buffer = stackalloc byte[MostLinkBytes];
        var length = Libc.ReadLinkAt(directory, name, buffer, (nuint)buffer.Length);
        if (length < 0)
        {
            return Errno.Code(Errno.Last);
        }
        var bytes = buffer[..(int)length];
        if (!System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return ErrorCode.IllegalByteSequence;
        }
        target = Encoding.UTF8.GetString(bytes);
        return length == buffer.Length ? ErrorCode.NameTooLong : length == 0 ? ErrorCode.NoEntry : ErrorCode.None;
    }

    private bool IsLink(string name) =>
        Libc.Statx(Here, name, Libc.AtSymlinkNoFollow | Libc.AtNoAutomount, Libc.StatxBasic, out var stat) == 0
        && FileStat.From(stat).Type == DescriptorType.SymbolicLink;

    /// <summary>True where a path is written so that it can mean a directory only.</summary>
    internal static bool MeansDirectory(string path) => path.EndsWith('/') || path.EndsWith("/.", StringComparison.Ordinal);

    private bool TryLeave()
    {
        if (!_way.TryPop(out var step))
        {
            return false;
        }
        step.Directory.Dispose();
        return true;
    }

    private Place Found(string name)
    {
        var path = string.Join('/', _way.Reverse().Select(static step => step.Name));
        if (name != ".")
        {
            path = path.Length == 0 ? name : $"{path}/{name}";
        }
        var isOwner = _way.TryPop(out var step);
        return new Place(isOwner ? step.Directory : _base, isOwner, name, path, _endsInSlash, _links > 0);
    }
}
