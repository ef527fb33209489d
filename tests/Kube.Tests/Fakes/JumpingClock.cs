namespace Tapedeck.Kube.Tests.Fakes;

/// <summary>The real clock, but its time of day can be set. Timers and time stamps do not notice.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private long _offset;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _offset));

    internal void Jump(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);
}
