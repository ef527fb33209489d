using Tapedeck.Components;
using Tapedeck.Wasi.Binding;

namespace Tapedeck.Wasi.Cli;

/// <summary><see href="https://github.com/WebAssembly/wasi-cli/blob/main/wit/terminal.wit"><c>wasi:cli/terminal-input</c></see>: there are no terminals.</summary>
internal static class TerminalInput
{
    internal static readonly HostResource Resource = Resources.Plain("terminal-input");

    internal static WasiInterface Make() => new("wasi:cli/terminal-input@0.2.12", new WitScope().Resource("terminal-input", Resource), Resource);
}
