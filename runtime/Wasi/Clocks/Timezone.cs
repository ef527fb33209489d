using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Binding;

namespace Tapedeck.Wasi.Clocks;

/// <summary><see href="https://github.com/WebAssembly/wasi-clocks/blob/main/wit/timezone.wit"><c>wasi:clocks/timezone</c></see>: UTC. Where the host stands is none of the guest's business.</summary>
internal static class Timezone
{
    private static readonly WitScope Types = new WitScope()
        .Use("datetime", WallClock.Datetime)
        .Define("record timezone-display { utc-offset: s32, name: string, in-daylight-saving-time: bool }");

    private static readonly WitValue Utc = WitValue.Record((RecordType)Types["timezone-display"], WitValue.S32(0), WitValue.String("UTC"), WitValue.Bool(false));

    internal static WasiInterface Make() => new WasiInterface("wasi:clocks/timezone@0.2.12", Types)
        .Func<WitValue, WitValue>("display", "func(when: datetime) -> timezone-display", static (_, _) => Utc)
        .Func<WitValue, int>("utc-offset", "func(when: datetime) -> s32", static (_, _) => 0);
}
