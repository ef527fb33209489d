namespace Tapedeck.Operator.Tests;

/// <summary>A clock that runs faster than that of the machine: its timers fire sooner, and its stopwatch runs ahead. What it says of the day can be set.</summary>
internal sealed class FastTime(double factor) : TimeProvider
{
    private readonly long _start = System.GetTimestamp();

    /// <summary>Somebody set the machine's clock by so much.</summary>
    internal TimeSpan Set { get; set; }

    public override long GetTimestamp() => _start + (long)((System.GetTimestamp() - _start) * factor);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Set;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Sooner(base.CreateTimer(callback, state, Short(dueTime), Short(period)), Short);

    private TimeSpan Short(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / factor;

    private sealed class Sooner(ITimer timer, Func<TimeSpan, TimeSpan> @short) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(@short(dueTime), @short(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
