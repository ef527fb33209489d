using Tapedeck.Components.Values;
using Tapedeck.Wasi.Binding;

namespace Tapedeck.Wasi.Cli;

/// <summary><see href="https://github.com/WebAssembly/wasi-cli/blob/main/wit/exit.wit"><c>wasi:cli/exit</c></see>: ends the call, and nothing of the host.</summary>
internal static class Exit
{
    internal static WasiInterface Make() => new WasiInterface("wasi:cli/exit@0.2.12", new WitScope())
        .Do<WitValue>("exit", "func(status: result)", static (_, status) => throw new GuestExitException(status.CaseIndex))
        .Do<byte>("exit-with-code", "func(status-code: u8)", static (_, code) => throw new GuestExitException(code));
}
