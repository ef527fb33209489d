using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasi.Io;

namespace Tapedeck.Wasi.Cli;

/// <summary><see href="https://github.com/WebAssembly/wasi-cli/blob/main/wit/stdio.wit"><c>wasi:cli/stdout</c></see>: the log of the call.</summary>
internal static class Stdout
{
    internal static WasiInterface Make() => new WasiInterface("wasi:cli/stdout@0.2.12", new WitScope().Resource("output-stream", Streams.OutputStream))
        .Func<OutputStream>("get-stdout", "func() -> output-stream", static call => new LogOutput(call.State<WasiState>().Log, LogSource.Stdout));
}
