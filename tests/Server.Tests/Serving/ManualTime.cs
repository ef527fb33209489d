namespace Tapedeck.Server.Tests.Serving;

/// <summary>Time that passes when a test says so. Timers are of the system.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _now = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(GetTimestamp());

    internal void Advance(TimeSpan time) => Interlocked.Add(ref _now, time.Ticks);
}
