using System.Buffers.Binary;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasm;

namespace Tapedeck.Wasi.Random;

/// <summary>Random bytes for all three interfaces. The insecure ones are as good: what is promised less may still be guessed by nobody.</summary>
internal static class RandomBytes
{
    /// <summary>The most bytes at once. What is asked for is made before it is charged to the guest, so it is bounded here.</summary>
    private const int MostBytes = 16 << 20;

    internal static ReadOnlyMemory<byte> Get(WasiState state, ulong length)
    {
        if (length > MostBytes)
        {
            throw new TrapException($"more than {MostBytes} random bytes at once");
        }
        var bytes = new byte[length];
        state.Options.Random.GetBytes(bytes);
        return bytes;
    }

    internal static ulong GetU64(WasiState state)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        state.Options.Random.GetBytes(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
