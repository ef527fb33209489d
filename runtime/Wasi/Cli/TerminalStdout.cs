using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Binding;

namespace Tapedeck.Wasi.Cli;

/// <summary><see href="https://github.com/WebAssembly/wasi-cli/blob/main/wit/terminal.wit"><c>wasi:cli/terminal-stdout</c></see>: the stream is no terminal.</summary>
internal static class TerminalStdout
{
    private static readonly OptionType Terminal = new(TerminalOutput.Resource.Own);

    internal static WasiInterface Make() => new WasiInterface("wasi:cli/terminal-stdout@0.2.12", new WitScope().Resource("terminal-output", TerminalOutput.Resource))
        .Func("get-terminal-stdout", "func() -> option<terminal-output>", static _ => WitValue.None(Terminal));
}
