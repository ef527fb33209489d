using System.Buffers;
using System.Text;

namespace Tapedeck.Oci.Registries;

/// <summary>Walks over a header: <c>Bearer realm="a", scope="b,c", Basic realm="d"</c>. A comma separates parameters and challenges alike.</summary>
internal sealed class ChallengeReader(string header)
{
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    private int _at;

    /// <summary>The next challenge, or null at the end and where the text is of another form.</summary>
    internal Challenge? Next()
    {
        SkipSeparators();
        if (Token() is not { } scheme)
        {
            return null;
        }
        var parameters = new Dictionary<string, string>();
        while (Parameter() is var (name, value))
        {
            // The first of two counts, so that a second one cannot take back what was judged.
            parameters.TryAdd(name.ToLowerInvariant(), value);
        }
        return new Challenge(scheme.ToLowerInvariant(), parameters);
    }

    private (string Name, string Value)? Parameter()
    {
        var start = _at;
        SkipSeparators();
        if (Token() is { } name)
        {
            SkipSpaces();
            if (_at < header.Length && header[_at] == '=')
            {
                _at++;
                SkipSpaces();
                if ((_at < header.Length && header[_at] == '"' ? Quoted() : Token()) is { } value)
                {
                    return (name, value);
                }
            }
        }
        // A token without a value is the scheme of the next challenge.
        _at = start;
        return null;
    }

    private string? Token()
    {
        var length = header.AsSpan(_at).IndexOfAnyExcept(TokenCharacters);
        length = length < 0 ? header.Length - _at : length;
        var token = header.Substring(_at, length);
        _at += length;
        return length == 0 ? null : token;
    }

    private string? Quoted()
    {
        var text = new StringBuilder();
        for (_at++; _at < header.Length; _at++)
        {
            switch (header[_at])
            {
                case '"':
                    _at++;
                    return text.ToString();
                case '\\' when _at + 1 < header.Length:
                    text.Append(header[++_at]);
                    break;
                default:
                    text.Append(header[_at]);
                    break;
            }
        }
        return null;
    }

    private void SkipSeparators()
    {
        while (_at < header.Length && header[_at] is ' ' or '\t' or ',')
        {
            _at++;
        }
    }

    private void SkipSpaces()
    {
        while (_at < header.Length && header[_at] is ' ' or '\t')
        {
            _at++;
        }
    }
}
