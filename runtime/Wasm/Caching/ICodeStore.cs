namespace Tapedeck.Wasm.Caching;

/// <summary>Keeps translations between processes. Whoever implements it answers for integrity: bytes that come back must be the bytes that were written, or none.</summary>
public interface ICodeStore
{
    /// <summary>The entry of <paramref name="key"/>, or null. Never throws for a missing, damaged or foreign entry.</summary>
    byte[]? Read(string key);

    /// <summary>Keeps an entry, atomically: a reader sees all of it or nothing.</summary>
    void Write(string key, ReadOnlySpan<byte> entry);
}
