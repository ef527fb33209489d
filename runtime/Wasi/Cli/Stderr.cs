using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasi.Io;

namespace Tapedeck.Wasi.Cli;

/// <summary><see href="https://github.com/WebAssembly/wasi-cli/blob/main/wit/stdio.wit"><c>wasi:cli/stderr</c></see>: the log of the call.</summary>
internal static class Stderr
{
    internal static WasiInterface Make() => new WasiInterface("wasi:cli/stderr@0.2.12", new WitScope().Resource("output-stream", Streams.OutputStream))
        .Func<OutputStream>("get-stderr", "func() -> output-stream", static call => new LogOutput(call.State<WasiState>().Log, LogSource.Stderr));
}
