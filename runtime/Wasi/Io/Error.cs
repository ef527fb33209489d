using Tapedeck.Components;
using Tapedeck.Wasi.Binding;

namespace Tapedeck.Wasi.Io;

/// <summary><see href="https://github.com/WebAssembly/wasi-io/blob/main/wit/error.wit"><c>wasi:io/error</c></see>.</summary>
internal static class Error
{
    internal static readonly HostResource Resource = Resources.Plain("error");

    internal static WasiInterface Make() => new WasiInterface("wasi:io/error@0.2.12", new WitScope().Resource("error", Resource), Resource)
        .Func<IoError, string>("[method]error.to-debug-string", "func() -> string", static (_, error) => error.Message);
}
