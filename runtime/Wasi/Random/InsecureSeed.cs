using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Calls;

namespace Tapedeck.Wasi.Random;

/// <summary><see href="https://github.com/WebAssembly/wasi-random/blob/main/wit/insecure-seed.wit"><c>wasi:random/insecure-seed</c></see>.</summary>
internal static class InsecureSeed
{
    private static readonly TupleType Seed = new(WitType.U64, WitType.U64);

    internal static WasiInterface Make() => new WasiInterface("wasi:random/insecure-seed@0.2.12", new WitScope())
        .Func("insecure-seed", "func() -> tuple<u64, u64>", static call => WitValue.Tuple(Seed,
            WitValue.U64(RandomBytes.GetU64(call.State<WasiState>())), WitValue.U64(RandomBytes.GetU64(call.State<WasiState>()))));
}
