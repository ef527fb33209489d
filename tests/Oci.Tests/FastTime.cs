using System.Collections.Concurrent;

namespace Tapedeck.Oci.Tests;

/// <summary>A clock whose timers fire a hundred times sooner than asked, and that writes down what was asked. It can be set ahead.</summary>
internal sealed class FastTime : TimeProvider
{
    private const double Factor = 100;
    private TimeSpan _ahead;

    internal ConcurrentQueue<TimeSpan> Asked { get; } = new();

    internal void Advance(TimeSpan by) => _ahead += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Asked.Enqueue(dueTime);
        return base.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : dueTime / Factor, period);
    }
}
