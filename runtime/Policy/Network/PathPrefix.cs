namespace Tapedeck.Policy.Network;

/// <summary>A path and everything below it. A slash at its end changes nothing: borders are those of segments.</summary>
public sealed record PathPrefix
{
    private readonly string _literal;
    private readonly string _decoded;

    private PathPrefix(HttpPath path)
    {
        _literal = path.Literal.TrimEnd('/').ToString();
        _decoded = path.Decoded.TrimEnd('/').ToString();
    }

    /// <summary>For grants: in every reading of the path.</summary>
    internal bool Contains(in HttpPath path) =>
        !path.IsAmbiguous && Begins(path.Literal, _literal, StringComparison.Ordinal) && Begins(path.Decoded, _decoded, StringComparison.Ordinal);

    /// <summary>For denials: in some reading of the path, and for a server that ignores case.</summary>
    internal bool Touches(in HttpPath path) =>
        path.IsAmbiguous || Begins(path.Literal, _literal, StringComparison.OrdinalIgnoreCase)
        || Begins(path.Decoded, _decoded, StringComparison.OrdinalIgnoreCase);

    public static bool TryParse(string text, out PathPrefix prefix, out string expected)
    {
        prefix = null!;
        expected = "a path in normal form that begins with /, such as /api/v1: no dot segments, no //, no query, no encoded slash";
        if (!text.StartsWith('/') || text.AsSpan().ContainsAny("?#;") || !HttpPath.TryParse(text, out var path) || path.IsAmbiguous
            || path.Literal.TrimEnd('/').Length != text.TrimEnd('/').Length || path.Literal.Count('/') != path.Decoded.Count('/')
            || text.EndsWith("//", StringComparison.Ordinal))
        {
            return false;
        }
        prefix = new PathPrefix(path);
        return true;
    }

    private static bool Begins(ReadOnlySpan<char> path, string prefix, StringComparison comparison) =>
        path.StartsWith(prefix, comparison) && (path.Length == prefix.Length || path[prefix.Length] == '/');

    public override string ToString() => _literal.Length == 0 ? "/" : _literal;
}
