using Tapedeck.Wasm.Caching;

namespace Tapedeck.Bench.Workers;

/// <summary>Has nothing and keeps nothing; counts what it is given.</summary>
internal sealed class CountingCodeStore : ICodeStore
{
    internal long Bytes { get; private set; }

    public byte[]? Read(string key) => null;

    public void Write(string key, ReadOnlySpan<byte> entry) => Bytes += entry.Length;
}
