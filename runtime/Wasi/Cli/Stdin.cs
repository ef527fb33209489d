using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasi.Io;

namespace Tapedeck.Wasi.Cli;

/// <summary><see href="https://github.com/WebAssembly/wasi-cli/blob/main/wit/stdio.wit"><c>wasi:cli/stdin</c></see>: what the call was given, and nothing of the host's.</summary>
internal static class Stdin
{
    internal static WasiInterface Make() => new WasiInterface("wasi:cli/stdin@0.2.12", new WitScope().Resource("input-stream", Streams.InputStream))
        .Func<InputStream>("get-stdin", "func() -> input-stream", static call => call.State<WasiState>().Stdin);
}
