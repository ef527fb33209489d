using Tapedeck.Components;
using Tapedeck.Wasi.Binding;

namespace Tapedeck.Wasi.Cli;

/// <summary><see href="https://github.com/WebAssembly/wasi-cli/blob/main/wit/terminal.wit"><c>wasi:cli/terminal-output</c></see>: there are no terminals.</summary>
internal static class TerminalOutput
{
    internal static readonly HostResource Resource = Resources.Plain("terminal-output");

    internal static WasiInterface Make() => new("wasi:cli/terminal-output@0.2.12", new WitScope().Resource("terminal-output", Resource), Resource);
}
