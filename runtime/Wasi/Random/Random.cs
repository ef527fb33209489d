using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Calls;

namespace Tapedeck.Wasi.Random;

/// <summary><see href="https://github.com/WebAssembly/wasi-random/blob/main/wit/random.wit"><c>wasi:random/random</c></see>.</summary>
internal static class Random
{
    internal static WasiInterface Make() => new WasiInterface("wasi:random/random@0.2.12", new WitScope())
        .Func<ulong, ReadOnlyMemory<byte>>("get-random-bytes", "func(len: u64) -> list<u8>", static (call, len) => RandomBytes.Get(call.State<WasiState>(), len))
        .Func("get-random-u64", "func() -> u64", static call => RandomBytes.GetU64(call.State<WasiState>()));
}
