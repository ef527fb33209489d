using Tapedeck.Wasm.Execution.Memories;

namespace Tapedeck.Wasm.Tests.Execution.Memories;

/// <summary>Images for tests, the host's way or by every fallback.</summary>
internal static class Images
{
    internal const int Page = 64 << 10;

    internal static MemoryPool Pool(bool isFallback, MemoryPoolOptions? options = null) =>
        new((options ?? new MemoryPoolOptions()) with { Capabilities = Capabilities(isFallback) });

    internal static MemoryImage Of(bool isFallback, params (long Offset, byte[] Bytes)[] segments) => MemoryImage.Build(
        Array.ConvertAll(segments, static segment => (segment.Offset, (ReadOnlyMemory<byte>)segment.Bytes)), Capabilities(isFallback));

    /// <summary>Bytes that are nowhere zero, and another sequence for each seed.</summary>
    internal static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        for (var index = 0; index < count; index++)
        {
            bytes[index] |= 1;
        }
        return bytes;
    }

    internal static unsafe Span<byte> Span(MemorySlot slot) => new((void*)slot.Base, checked((int)slot.Length));

    internal static unsafe Span<byte> Header(MemorySlot slot) => new((byte*)slot.Base - MemoryHeader.Bytes, MemoryHeader.Bytes);

    internal static MemoryCapabilities Capabilities(bool isFallback) => isFallback ? MemoryCapabilities.None : MemoryCapabilities.OfThisHost;
}
