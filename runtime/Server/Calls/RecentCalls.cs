namespace Tapedeck.Server.Calls;

/// <summary>The last calls, for the page of a laptop: who called what and what came of it, and nothing that was said.</summary>
internal sealed class RecentCalls(TimeProvider time)
{
    internal const int Most = 100;

    private readonly Lock _gate = new();
    private readonly Queue<RecentCall> _calls = new();

    /// <summary>The latest first.</summary>
    internal IReadOnlyList<RecentCall> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls.Reverse()];
            }
        }
    }

    internal void Add(CallRecord record, string outcome, TimeSpan duration)
    {
        var call = new RecentCall(time.GetUtcNow(), record.Caller, record.Tool, record.Function, outcome, record.Denied, duration);
        lock (_gate)
        {
            _calls.Enqueue(call);
            if (_calls.Count > Most)
            {
                _calls.Dequeue();
            }
        }
    }
}

/// <param name="Denied">How many things the policy denied it.</param>
internal sealed record RecentCall(DateTimeOffset At, string Caller, string Tool, string Function, string Outcome, int Denied, TimeSpan Duration);
