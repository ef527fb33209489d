using Tapedeck.Kube.Objects;

namespace Tapedeck.Operator.Reports;

/// <summary>
/// Asks runtimes in the background, a bounded number at a time, and remembers the last answer for each tool. Safe for all threads.
/// </summary>
/// <param name="ask">Asks the pods of a tool.</param>
/// <param name="changed">Is told of a tool whose answer is there.</param>
internal sealed class Reporter(Func<ObjectKey, CancellationToken, Task<PodAnswer>> ask, int slots, TimeProvider time, Action<ObjectKey> changed, CancellationToken stop) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, Entry> _entries = [];
    private readonly SemaphoreSlim _slots = new(slots);

    /// <summary>The answer that is known, and when to look again. Asks where what pods are to run, or to enforce, is not what they said.</summary>
    /// <param name="digest">What they are to run.</param>
    /// <param name="policyGeneration">What they are to enforce.</param>
    internal (RuntimeReport? Report, PodFailure? Failure, TimeSpan? Again) Look(ObjectKey key, string digest, long policyGeneration)
    {
        lock (_lock)
        {
            var entry = _entries.TryGetValue(key, out var known) ? known : _entries[key] = new Entry();
            if (entry.Report is { } report && report.Digest == digest && report.PolicyGeneration >= policyGeneration)
            {
                return (report, null, null);
            }
            var left = entry.AskedAt is { } asked ? Pause - time.GetElapsedTime(asked) : TimeSpan.Zero;
            if (!entry.IsRunning && left <= TimeSpan.Zero)
            {
                entry.IsRunning = true;
                entry.AskedAt = time.GetTimestamp();
                left = Pause;
                _ = Task.Run(() => RunAsync(key, entry), CancellationToken.None);
            }
            return (entry.Report, entry.Failure, left > TimeSpan.Zero ? left : Pause);
        }
    }

    internal void Forget(ObjectKey key)
    {
        lock (_lock)
        {
            _entries.Remove(key);
        }
    }

    public void Dispose() => _slots.Dispose();

    private async Task RunAsync(ObjectKey key, Entry entry)
    {
        PodAnswer? answer = null;
        var isNews = false;
        try
        {
            await _slots.WaitAsync(stop);
            try
            {
                answer = await ask(key, stop);
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            lock (_lock)
            {
                entry.IsRunning = false;
                isNews = answer is not null && (answer.Report is not null || answer.Failure != entry.Failure);
                entry.Report = answer?.Report ?? entry.Report;
                entry.Failure = answer is null ? entry.Failure : answer.Failure;
            }
        }
        if (isNews)
        {
            changed(key);
        }
    }

    private sealed class Entry
    {
        internal bool IsRunning { get; set; }
        internal RuntimeReport? Report { get; set; }
        internal PodFailure? Failure { get; set; }
        internal long? AskedAt { get; set; }
    }
}
