using System.Buffers;

namespace Tapedeck.Wasi.Binding;

/// <summary>The words and marks of a piece of WIT, one after the other. The texts are our own, so what does not fit is a bug.</summary>
internal ref struct WitTokens(string text)
{
    private static readonly SearchValues<char> Ends = SearchValues.Create("(){}<>,:= \n");

    private ReadOnlySpan<char> _rest = text.AsSpan().Trim();

    internal readonly bool IsEmpty => _rest.IsEmpty;

    /// <summary>The next word or mark, <c>-&gt;</c> among them.</summary>
    internal string Next()
    {
        if (_rest.IsEmpty)
        {
            throw new FormatException($"WIT ends too early: {text}");
        }
        var end = _rest.IndexOfAny(Ends);
        var length = _rest.StartsWith("->") ? 2 : end < 0 ? _rest.Length : Math.Max(end, 1);
        var token = _rest[..length].ToString();
        _rest = _rest[length..].TrimStart();
        return token;
    }

    internal bool TryTake(string token)
    {
        var before = _rest;
        if (!_rest.IsEmpty && Next() == token)
        {
            return true;
        }
        _rest = before;
        return false;
    }

    internal void Take(string token)
    {
        if (!TryTake(token))
        {
            throw new FormatException($"'{token}' is expected before '{_rest}' in WIT: {text}");
        }
    }
}
