using Tapedeck.Wasi.Filesystem.Host;

namespace Tapedeck.Wasi.Filesystem;

/// <summary>
/// Which texts symbolic links may have: others who read the folder may follow them, and not as carefully as this host. A folder that is moved takes its links
/// along as they are.
/// </summary>
internal static class LinkText
{
    /// <summary>True where a link's text, read as a path from the link's folder, never climbs above the preopen, whatever its parts are.</summary>
    /// <param name="link">The link's own path below the preopen, in normal form.</param>
    internal static bool StaysBelow(string link, string target)
    {
        if (target.StartsWith('/'))
        {
            return false;
        }
        var depth = link.AsSpan().Count('/');
        var hasDescended = false;
        foreach (var range in target.AsSpan().Split('/'))
        {
            switch (target.AsSpan(range))
            {
                case "" or ".":
                    break;
                case "..":
                    depth--;
                    // What was gone into may be a link itself, and then .. leads anywhere.
                    if (depth < 0 || hasDescended)
                    {
                        return false;
                    }
                    break;
                default:
                    hasDescended = true;
                    break;
            }
        }
        return true;
    }

    /// <summary>Whether what stands at <paramref name="place"/> may get another name: a link that is moved upwards leads further up.</summary>
    /// <param name="name">The new path below the preopen, in normal form.</param>
    internal static ErrorCode Check(Place place, FileStat stat, string name)
    {
        if (stat.Type != DescriptorType.SymbolicLink)
        {
            return ErrorCode.None;
        }
        var outcome = Walk.ReadLink(place.Directory, place.Name, out var target);
        return outcome != ErrorCode.None ? outcome : StaysBelow(name, target) ? ErrorCode.None : ErrorCode.NotPermitted;
    }
}
