using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Policy.Requests;
using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Calls;

namespace Tapedeck.Wasi.Config;

/// <summary><see href="https://github.com/WebAssembly/wasi-config/blob/main/wit/store.wit"><c>wasi:config/store</c></see>: what a policy grants of the call's configuration.</summary>
internal static class Store
{
    private static readonly WitScope Types = new WitScope().Define("variant error { upstream(string), io(string) } type value = option<string>");
    private static readonly OptionType Value = (OptionType)Types["value"];

    internal static WasiInterface Make() => new WasiInterface("wasi:config/store@0.2.0-rc.1", Types)
        .Result<string>("get", "func(key: string) -> result<option<string>, error>", static (call, key) => Answer.Ok(Get(call.State<WasiState>(), key)))
        .Result("get-all", "func() -> result<list<tuple<string, string>>, error>", static call => Answer.Ok(GetAll(call.State<WasiState>())));

    private static WitValue Get(WasiState state, string key)
    {
        if (!state.Gate.Ask(HostRequest.Config(key)).Allowed)
        {
            return WitValue.None(Value);
        }
        foreach (var entry in state.Options.Config)
        {
            if (entry.Key == key)
            {
                return WitValue.Some(Value, WitValue.String(entry.Value));
            }
        }
        return WitValue.None(Value);
    }

    private static WitValue GetAll(WasiState state) =>
        Pairs.Of(state.Options.Config.Where(entry => state.Gate.Ask(HostRequest.Config(entry.Key)).Allowed));
}
