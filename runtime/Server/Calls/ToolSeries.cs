namespace Tapedeck.Server.Calls;

/// <summary>The series of one tool in the metrics, over its versions. They end when it is served no more and its last call has ended, which is counted still.</summary>
internal sealed class ToolSeries(Telemetry telemetry, string tool)
{
    private int _running;
    private int _isRemoved;

    /// <summary>As <c>namespace/name</c>.</summary>
    internal string Tool => tool;

    /// <summary>Calls that run.</summary>
    internal int Running => Volatile.Read(ref _running);

    internal void Began() => Interlocked.Increment(ref _running);

    internal void Ended(string function, string outcome, TimeSpan duration)
    {
        telemetry.Ended(tool, function, outcome, duration);
        if (Interlocked.Decrement(ref _running) == 0 && Volatile.Read(ref _isRemoved) != 0)
        {
            telemetry.Forget(this);
        }
    }

    /// <summary>The tool is served no more.</summary>
    internal void Remove()
    {
        // With a fence, or the last call and this could each leave it to the other.
        Interlocked.Exchange(ref _isRemoved, 1);
        if (Running == 0)
        {
            telemetry.Forget(this);
        }
    }
}
