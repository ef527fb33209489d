using System.Text;

namespace Tapedeck.Policy.Network;

/// <summary>
/// The path of a request in the two ways in which a server may read it. Literally: dot segments removed, slashes merged, unreserved
/// characters decoded (<see href="https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2"/>). Decoded: as servers do that also decode slashes
/// and dots, more than once, and cut parameters off. A grant has to hold in both ways, a denial in one.
/// </summary>
public readonly struct HttpPath
{
    private const int MostCharacters = 8192;

    /// <summary>How often a server may decode; what is still encoded then has no meaning that we know.</summary>
    private const int MostRounds = 4;

    private readonly string _literal;
    private readonly string _decoded;
    private readonly int _length;

    private HttpPath(string literal, string decoded, int length, bool isAmbiguous)
    {
        _literal = literal;
        _decoded = decoded;
        _length = length;
        IsAmbiguous = isAmbiguous;
    }

    internal ReadOnlySpan<char> Literal => _literal.AsSpan(0, Math.Min(_length, _literal?.Length ?? 0));

    internal ReadOnlySpan<char> Decoded => _decoded.AsSpan(0, Math.Min(_length, _decoded?.Length ?? 0));

    /// <summary>True where even <see cref="Decoded"/> is not the last word: zero bytes, overlong UTF-8, encodings within encodings.</summary>
    internal bool IsAmbiguous { get; }

    /// <summary>Reads a path with or without a query; the empty path is <c>/</c>. Allocates only where the path is not in normal form.</summary>
    public static bool TryParse(string pathWithQuery, out HttpPath path)
    {
        path = default;
        // Printable ASCII without the fragment. Anything else is percent-encoded in a request, or splits its header.
        if (pathWithQuery.Length > MostCharacters || pathWithQuery.AsSpan().ContainsAnyExceptInRange('!', '~')
            || pathWithQuery.Contains('#', StringComparison.Ordinal))
        {
            return false;
        }
        var query = pathWithQuery.IndexOf('?', StringComparison.Ordinal);
        var length = query < 0 ? pathWithQuery.Length : query;
        if (length == 0)
        {
            path = new HttpPath("/", "/", 1, isAmbiguous: false);
            return true;
        }
        var text = pathWithQuery.AsSpan(0, length);
        if (text[0] != '/' || text.Contains('\\'))
        {
            return false;
        }
        if (IsPlain(text))
        {
            path = new HttpPath(pathWithQuery, pathWithQuery, length, isAmbiguous: false);
            return true;
        }
        return TryNormalise(text, out path);
    }

    private static bool IsPlain(ReadOnlySpan<char> text) =>
        !text.ContainsAny("%;") && !text.Contains("//", StringComparison.Ordinal) && !text.Contains("/.", StringComparison.Ordinal);

    private static bool TryNormalise(ReadOnlySpan<char> text, out HttpPath path)
    {
        path = default;
        if (!PercentEncoding.IsValid(text))
        {
            return false;
        }
        var literal = Segments(PercentEncoding.DecodeUnreserved(text), withParameters: true);
        var decoded = text.ToString();
        var isAmbiguous = false;
        for (var round = 0; round < MostRounds && decoded.Contains('%', StringComparison.Ordinal); round++)
        {
            decoded = PercentEncoding.DecodeAll(decoded, ref isAmbiguous);
        }
        isAmbiguous |= decoded.Contains('%', StringComparison.Ordinal) && PercentEncoding.IsValid(decoded);
        path = new HttpPath(literal, Segments(decoded.Replace('\\', '/'), withParameters: false), int.MaxValue, isAmbiguous);
        return true;
    }

    /// <summary>Merges slashes and removes dot segments. Climbing above the root ends at the root.</summary>
    private static string Segments(string path, bool withParameters)
    {
        var kept = new List<string>();
        foreach (var segment in path.Split('/').Select(segment => withParameters ? segment : segment.Split(';')[0]))
        {
            if (segment == ".." && kept.Count > 0)
            {
                kept.RemoveAt(kept.Count - 1);
            }
            else if (segment is not ("" or "." or ".."))
            {
                kept.Add(segment);
            }
        }
        var text = new StringBuilder();
        foreach (var segment in kept)
        {
            text.Append('/').Append(segment);
        }
        return text.Length == 0 ? "/" : text.ToString();
    }

    public override string ToString() => Literal.ToString();
}
