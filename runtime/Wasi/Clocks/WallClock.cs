using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasi.Filesystem.Host;

namespace Tapedeck.Wasi.Clocks;

/// <summary><see href="https://github.com/WebAssembly/wasi-clocks/blob/main/wit/wall-clock.wit"><c>wasi:clocks/wall-clock</c></see>.</summary>
internal static class WallClock
{
    internal static readonly WitScope Types = new WitScope().Define("record datetime { seconds: u64, nanoseconds: u32 }");

    internal static readonly RecordType Datetime = (RecordType)Types["datetime"];

    internal static WasiInterface Make() => new WasiInterface("wasi:clocks/wall-clock@0.2.12", Types)
        .Func("now", "func() -> datetime", static call => Of(Now(call.State<WasiState>())))
        .Func("resolution", "func() -> datetime", static _ => Of(new TimeSpec(0, MonotonicClock.Resolution)));

    /// <summary>A time as <c>datetime</c>; one before 1970, which that cannot say, is 1970.</summary>
    internal static WitValue Of(TimeSpec time) => WitValue.Record(Datetime,
        WitValue.U64((ulong)Math.Max(time.Seconds, 0)), WitValue.U32(time.Seconds < 0 ? 0 : (uint)time.Nanoseconds));

    private static TimeSpec Now(WasiState state)
    {
        var ticks = (state.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks;
        ticks -= ticks % (MonotonicClock.Resolution / TimeSpan.NanosecondsPerTick);
        return new(ticks / TimeSpan.TicksPerSecond, ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick);
    }
}
