using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasi.Io;

namespace Tapedeck.Wasi.Clocks;

/// <summary><see href="https://github.com/WebAssembly/wasi-clocks/blob/main/wit/monotonic-clock.wit"><c>wasi:clocks/monotonic-clock</c></see>.</summary>
/// <remarks>Begins at 0 with the call, so that it tells nothing of the host or of other calls.</remarks>
internal static class MonotonicClock
{
    /// <summary>Nanoseconds. A finer clock would measure what other tenants of the processor do. RATIONALE.md, "Why do guests' clocks tick every 10 µs?"</summary>
    internal const long Resolution = 10_000;

    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    internal static WasiInterface Make() => new WasiInterface(
        "wasi:clocks/monotonic-clock@0.2.12",
        new WitScope().Resource("pollable", Poll.Pollable).Define("type instant = u64 type duration = u64"))
        .Func("now", "func() -> instant", static call => Now(call.State<WasiState>()))
        .Func("resolution", "func() -> duration", static _ => (ulong)Resolution)
        .Func<ulong, Pollable>("subscribe-instant", "func(when: instant) -> pollable", static (call, when) => At(call.State<WasiState>(), when))
        .Func<ulong, Pollable>("subscribe-duration", "func(when: duration) -> pollable", static (call, when) => After(call.State<WasiState>(), when));

    private static ulong Now(WasiState state)
    {
        var nanoseconds = state.Elapsed.Ticks * TimeSpan.NanosecondsPerTick;
        return (ulong)(nanoseconds - (nanoseconds % Resolution));
    }

    private static Pollable After(WasiState state, ulong duration)
    {
        if (duration == 0)
        {
            return Pollable.Always;
        }
        // Not from the rounded time: the wait would be short by up to a tick.
        var now = (ulong)(state.Elapsed.Ticks * TimeSpan.NanosecondsPerTick);
        return At(state, duration > ulong.MaxValue - now ? ulong.MaxValue : now + duration);
    }

    private static Pollable At(WasiState state, ulong when) => new(() => Now(state) >= when, token => Wait(state, when, token));

    private static async ValueTask Wait(WasiState state, ulong when, CancellationToken cancellationToken)
    {
        while (Now(state) is var now && now < when)
        {
            // A timer is as fine as a millisecond, and no longer than some weeks.
            var rest = Math.Min((when - now) / 1_000_000, (ulong)LongestDelay.TotalMilliseconds);
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(rest, 1)), state.Time, cancellationToken);
        }
    }
}
