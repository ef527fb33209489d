namespace Tapedeck.Bench.Workers;

/// <summary>CPU time of this process: user and system, all threads, so that what the JIT does in the background is charged.</summary>
internal static class CpuTime
{
    internal static double Microseconds => Environment.CpuUsage.TotalTime.TotalMicroseconds;

    /// <summary>The least CPU time that <paramref name="action"/> took, in microseconds.</summary>
    internal static double Best(int repetitions, Action action)
    {
        var least = double.MaxValue;
        for (var i = 0; i < repetitions; i++)
        {
            var start = Microseconds;
            action();
            least = Math.Min(least, Microseconds - start);
        }
        return least;
    }
}
