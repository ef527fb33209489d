using System.Text;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Calls;

namespace Tapedeck.Wasi.Logging;

/// <summary><see href="https://github.com/WebAssembly/wasi-logging/blob/main/wit/logging.wit"><c>wasi:logging/logging</c></see>: the log of the call.</summary>
internal static class Logging
{
    private static readonly WitScope Types = new WitScope().Define("enum level { trace, debug, info, warn, error, critical }");

    /// <param name="version">A draft, imported with its version or without one.</param>
    internal static WasiInterface Make(string version) => new WasiInterface($"wasi:logging/logging{version}", Types)
        .Do<WitValue, string, string>("log", "func(level: level, context: string, message: string)", Log);

    private static void Log(Components.Call call, WitValue level, string context, string message)
    {
        var label = ((EnumType)Types["level"]).Labels[level.CaseIndex];
        var line = context.Length == 0 ? $"{label}: {message}\n" : $"{label}: {context}: {message}\n";
        call.State<WasiState>().Log.Write(LogSource.Logging, Encoding.UTF8.GetBytes(line));
    }
}
