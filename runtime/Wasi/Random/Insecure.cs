using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Calls;

namespace Tapedeck.Wasi.Random;

/// <summary><see href="https://github.com/WebAssembly/wasi-random/blob/main/wit/insecure.wit"><c>wasi:random/insecure</c></see>.</summary>
internal static class Insecure
{
    internal static WasiInterface Make() => new WasiInterface("wasi:random/insecure@0.2.12", new WitScope())
        .Func<ulong, ReadOnlyMemory<byte>>("get-insecure-random-bytes", "func(len: u64) -> list<u8>", static (call, len) => RandomBytes.Get(call.State<WasiState>(), len))
        .Func("get-insecure-random-u64", "func() -> u64", static call => RandomBytes.GetU64(call.State<WasiState>()));
}
