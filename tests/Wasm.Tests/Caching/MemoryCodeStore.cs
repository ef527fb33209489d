using System.Collections.Concurrent;
using Tapedeck.Wasm.Caching;

namespace Tapedeck.Wasm.Tests.Caching;

/// <summary>A store that a test can look into and spoil.</summary>
internal sealed class MemoryCodeStore : ICodeStore
{
    private int _reads;

    internal ConcurrentDictionary<string, byte[]> Entries { get; } = new();

    internal int Reads => Volatile.Read(ref _reads);

    public byte[]? Read(string key)
    {
        Interlocked.Increment(ref _reads);
        return Entries.TryGetValue(key, out var entry) ? entry.ToArray() : null;
    }

    public void Write(string key, ReadOnlySpan<byte> entry) => Entries[key] = entry.ToArray();
}
