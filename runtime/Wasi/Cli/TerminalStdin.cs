using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Binding;

namespace Tapedeck.Wasi.Cli;

/// <summary><see href="https://github.com/WebAssembly/wasi-cli/blob/main/wit/terminal.wit"><c>wasi:cli/terminal-stdin</c></see>: the stream is no terminal.</summary>
internal static class TerminalStdin
{
    private static readonly OptionType Terminal = new(TerminalInput.Resource.Own);

    internal static WasiInterface Make() => new WasiInterface("wasi:cli/terminal-stdin@0.2.12", new WitScope().Resource("terminal-input", TerminalInput.Resource))
        .Func("get-terminal-stdin", "func() -> option<terminal-input>", static _ => WitValue.None(Terminal));
}
