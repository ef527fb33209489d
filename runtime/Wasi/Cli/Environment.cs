using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Policy.Requests;
using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Calls;

namespace Tapedeck.Wasi.Cli;

/// <summary><see href="https://github.com/WebAssembly/wasi-cli/blob/main/wit/environment.wit"><c>wasi:cli/environment</c></see>: what a policy grants of the call's environment.</summary>
internal static class Environment
{
    private static readonly ListType Strings = new(WitType.String);
    private static readonly OptionType NoPath = new(WitType.String);

    internal static WasiInterface Make() => new WasiInterface("wasi:cli/environment@0.2.12", new WitScope())
        .Func("get-environment", "func() -> list<tuple<string, string>>", static call => GetEnvironment(call.State<WasiState>()))
        .Func("get-arguments", "func() -> list<string>", static call =>
            WitValue.List(Strings, [.. call.State<WasiState>().Options.Arguments.Select(WitValue.String)]))
        .Func("initial-cwd", "func() -> option<string>", static _ => WitValue.None(NoPath));

    private static WitValue GetEnvironment(WasiState state)
    {
        var granted = state.Options.Environment.Where(variable => state.Gate.Ask(HostRequest.Environment(variable.Key)).Allowed);
        return Pairs.Of(granted);
    }
}
