namespace Tapedeck.Policy.Storage;

/// <summary>A path below a preopen, as guests write it. Resolved by its text alone: links are for the host to follow, which asks again
/// about what it found.</summary>
internal static class RelativePath
{
    internal const int MostCharacters = 4096;

    /// <summary>True where each segment is a name.</summary>
    internal static bool IsNormal(ReadOnlySpan<char> path)
    {
        if (path.IsEmpty || path.Length > MostCharacters || path.Contains('\0'))
        {
            return false;
        }
        foreach (var range in path.Split('/'))
        {
            if (path[range] is "" or "." or "..")
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>True where the path never climbs above where it starts, nor starts at the root.</summary>
    internal static bool StaysBelow(ReadOnlySpan<char> path)
    {
        if (path.StartsWith('/'))
        {
            return false;
        }
        var depth = 0;
        foreach (var range in path.Split('/'))
        {
            depth += path[range] switch
            {
                "" or "." => 0,
                ".." => -1,
                _ => 1,
            };
            if (depth < 0)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Writes the path without empty and dot segments into <paramref name="normal"/>, and returns its length; 0 is the preopen itself.
    /// The path is known to stay below.</summary>
    internal static int Resolve(ReadOnlySpan<char> path, Span<char> normal)
    {
        var length = 0;
        foreach (var range in path.Split('/'))
        {
            var segment = path[range];
            if (segment is "..")
            {
                length = Math.Max(normal[..length].LastIndexOf('/'), 0);
            }
            else if (segment is not ("" or "."))
            {
                if (length > 0)
                {
                    normal[length++] = '/';
                }
                segment.CopyTo(normal[length..]);
                length += segment.Length;
            }
        }
        return length;
    }
}
