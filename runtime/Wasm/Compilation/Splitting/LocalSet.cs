namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>A set of local indices.</summary>
internal sealed class LocalSet(int locals)
{
    private readonly ulong[] _words = new ulong[(locals + 63) / 64];

    internal LocalSet Copy()
    {
        var copy = new LocalSet(locals);
        copy.CopyFrom(this);
        return copy;
    }

    internal bool Contains(int local) => (_words[local >> 6] & (1UL << local)) != 0;

    internal void Add(int local) => _words[local >> 6] |= 1UL << local;

    internal void Remove(int local) => _words[local >> 6] &= ~(1UL << local);

    internal void Clear() => Array.Clear(_words);

    internal void CopyFrom(LocalSet other) => other._words.CopyTo(_words, 0);

    /// <returns>Whether this set grew.</returns>
    internal bool UnionWith(LocalSet other)
    {
        var grew = false;
        for (var word = 0; word < _words.Length; word++)
        {
            var union = _words[word] | other._words[word];
            grew |= union != _words[word];
            _words[word] = union;
        }
        return grew;
    }
}
