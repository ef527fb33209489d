namespace Tapedeck.Kube.Work;

/// <summary>How long to wait after the n-th failure in a row: twice as long each time, up to a longest wait.</summary>
public sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    /// <param name="failures">At least 1.</param>
    public TimeSpan After(int failures)
    {
        // 2^62 ticks of the shortest first wait are more than 10,000 years.
        var factor = 1L << Math.Clamp(failures - 1, 0, 62);
        return First.Ticks == 0 || factor <= Longest.Ticks / First.Ticks ? First * factor : Longest;
    }

    /// <summary>The same, less up to half of it, so that many do not come back at once.</summary>
    public TimeSpan After(int failures, Random jitter) => After(failures) * (1 - (jitter.NextDouble() / 2));
}
