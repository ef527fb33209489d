namespace Tapedeck.Wasm.Caching;

/// <summary>
/// Keeps translations between processes. It need not be trusted: the engine puts a MAC before what it writes (<see cref="EngineOptions.CodeKey"/>), and makes a
/// translation anew where what comes back is damaged, of another module, another version, or another writer.
/// </summary>
public interface ICodeStore
{
    /// <summary>The entry of <paramref name="key"/>, or null. Never throws for a missing or unreadable entry. The array is the engine's from then on.</summary>
    byte[]? Read(string key);

    /// <summary>Keeps an entry, atomically: a reader sees all of it or nothing. Where there is no room it keeps nothing, and does not throw.</summary>
    /// <param name="key">Letters, digits, points and hyphens, at most 200.</param>
    void Write(string key, ReadOnlySpan<byte> entry);
}
