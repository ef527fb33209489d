namespace Tapedeck.Policy.Storage;

/// <summary>
/// A pattern over paths below a preopen: <c>?</c> is one character and <c>*</c> any number of them within a segment, <c>**</c> as a whole
/// segment any number of segments. Both loops go back to the last star only, so the work is bounded by the product of the lengths.
/// </summary>
public sealed record Glob
{
    private const int MostSegments = 32;
    private const int MostCharacters = 512;
    private const string AnyDepth = "**";

    private readonly string[] _segments;

    private Glob(string text)
    {
        Text = text;
        _segments = text.Split('/');
    }

    public string Text { get; }

    public bool Equals(Glob? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    public static bool TryParse(string text, out Glob glob, out string expected)
    {
        glob = null!;
        expected = "a pattern below the path such as *.csv, reports/** or **/*.txt, with ** as a whole segment";
        if (text.Length > MostCharacters || !RelativePath.IsNormal(text) || text.AsSpan().Count('/') >= MostSegments
            || text.Split('/').Any(segment => segment != AnyDepth && segment.Contains(AnyDepth, StringComparison.Ordinal))
            || text.AsSpan().ContainsAny('[', ']', '{') || text.AsSpan().ContainsAny('}', '!', '\\'))
        {
            return false;
        }
        glob = new Glob(text);
        return true;
    }

    /// <param name="path">A path in normal form, not empty.</param>
    internal bool Matches(ReadOnlySpan<char> path)
    {
        var (at, star) = (0, -1);
        var rest = path;
        var restAtStar = path;
        while (true)
        {
            if (at < _segments.Length && _segments[at] == AnyDepth)
            {
                star = at++;
                restAtStar = rest;
            }
            else if (at < _segments.Length && !rest.IsEmpty && SegmentMatches(_segments[at], First(rest)))
            {
                at++;
                rest = Next(rest);
            }
            else if (at == _segments.Length && rest.IsEmpty)
            {
                return true;
            }
            else if (star >= 0 && !restAtStar.IsEmpty)
            {
                rest = restAtStar = Next(restAtStar);
                at = star + 1;
            }
            else
            {
                return false;
            }
        }
    }

    /// <summary>True where something below the directory may match.</summary>
    /// <param name="directory">A path in normal form; empty for the preopen.</param>
    internal bool MayMatchBelow(ReadOnlySpan<char> directory)
    {
        foreach (var segment in _segments)
        {
            if (directory.IsEmpty || segment == AnyDepth)
            {
                return true;
            }
            if (!SegmentMatches(segment, First(directory)))
            {
                return false;
            }
            directory = Next(directory);
        }
        return false;
    }

    private static ReadOnlySpan<char> First(ReadOnlySpan<char> path) => path.IndexOf('/') is var slash && slash < 0 ? path : path[..slash];

    private static ReadOnlySpan<char> Next(ReadOnlySpan<char> path) => path.IndexOf('/') is var slash && slash < 0 ? [] : path[(slash + 1)..];

    private static bool SegmentMatches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        var (at, star, index, indexAtStar) = (0, -1, 0, 0);
        while (index < name.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                star = at++;
                indexAtStar = index;
            }
            else if (at < pattern.Length && (pattern[at] == '?' || pattern[at] == name[index]))
            {
                at++;
                index++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                index = ++indexAtStar;
            }
            else
            {
                return false;
            }
        }
        return !pattern[at..].ContainsAnyExcept('*');
    }

    public override string ToString() => Text;
}
