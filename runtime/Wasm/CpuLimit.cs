using Tapedeck.Wasm.Execution;

namespace Tapedeck.Wasm;

/// <summary>
/// Interrupts a store when the call thread that it is made on has taken so much CPU time since. Waiting costs none, so a call that waits for the host is left to
/// its deadline. Disposed on the thread that made it, when the call is over.
/// </summary>
/// <remarks>
/// The clock of the thread is read when the time could be up at the earliest, and then again after what was left. Where the system has no clocks of threads
/// (it is not Linux), nothing is interrupted; <see cref="HostCapabilities.Fallbacks"/> says so.
/// </remarks>
public sealed class CpuLimit : IDisposable
{
    private readonly IDisposable? _alarm;
    private volatile bool _isReached;

    internal CpuLimit(Watchdog watchdog, Store store, TimeSpan limit)
    {
        if (ThreadTime.Clock is not { } clock || ThreadTime.Of(clock) is not { } start)
        {
            return;
        }
        _alarm = watchdog.Schedule(limit, () =>
        {
            if (ThreadTime.Of(clock) - start is not { } taken)
            {
                return null;
            }
            if (taken < limit)
            {
                return limit - taken;
            }
            _isReached = true;
            store.Interrupt();
            return null;
        });
    }

    /// <summary>Whether the store was interrupted by this.</summary>
    public bool IsReached => _isReached;

    public void Dispose() => _alarm?.Dispose();
}
