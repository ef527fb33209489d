using Tapedeck.Kube;
using Tapedeck.Kube.Objects;
using Tapedeck.Kube.Work;

namespace Tapedeck.Operator.Artifacts;

/// <summary>
/// Asks registries in the background, a bounded number at a time, so that a registry that never answers holds up no reconciliation. Remembers the last
/// answer for each tool, and asks again when its interval is over. Safe for all threads.
/// </summary>
/// <param name="ask">Asks a registry once.</param>
/// <param name="jitter">Keeps tools that were applied together from asking together ever after. Used under a lock, and by nobody else.</param>
/// <param name="changed">Is told of a tool whose answer is there.</param>
internal sealed class Resolver(
    Func<ResolveRequest, CancellationToken, Task<Resolution>> ask, int slots, TimeProvider time, Random jitter, Action<ObjectKey> changed, Action<Notice> notices, CancellationToken stop)
{
    private static readonly Backoff Retries = new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5));

    /// <summary>The part of an interval that may be missing from it.</summary>
    private const double MostEarly = 0.1;

    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, Entry> _entries = [];
    private readonly Lanes _lanes = new(slots, time);

    /// <summary>The answer that is known, and when to look again. Has the registry asked where it is time to.</summary>
    /// <param name="recorded">What the status names, which stays while looking is suspended.</param>
    internal (Resolution Answer, TimeSpan? Again) Look(ObjectKey key, ResolveRequest request, Artifact? recorded)
    {
        if (request.Source.Suspend && recorded?.Inputs == request.Inputs)
        {
            return (new Resolution.Found(recorded), null);
        }
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var entry) || entry.Inputs != request.Inputs)
            {
                entry?.End();
                _entries[key] = entry = new Entry(request.Inputs, request.Occasion, CancellationTokenSource.CreateLinkedTokenSource(stop));
                Start(key, entry, request);
            }
            else if (!entry.IsRunning && (entry.Occasion != request.Occasion || Left(entry, request) <= TimeSpan.Zero))
            {
                entry.Occasion = request.Occasion;
                Start(key, entry, request);
            }
            return (entry.Answer, entry.IsRunning ? null : Left(entry, request));
        }
    }

    /// <summary>The tool is gone.</summary>
    internal void Forget(ObjectKey key)
    {
        lock (_lock)
        {
            if (_entries.Remove(key, out var entry))
            {
                entry.End();
            }
        }
    }

    private TimeSpan Left(Entry entry, ResolveRequest request)
    {
        var pause = entry.Backoff ?? TimeSpan.FromMilliseconds(request.Source.Interval * (1 - entry.Early));
        return pause - time.GetElapsedTime(entry.AnsweredAt);
    }

    private void Start(ObjectKey key, Entry entry, ResolveRequest request)
    {
        entry.IsRunning = true;
        _ = Task.Run(() => RunAsync(key, entry, request), CancellationToken.None);
    }

    private async Task RunAsync(ObjectKey key, Entry entry, ResolveRequest request)
    {
        Resolution answer;
        try
        {
            answer = await _lanes.RunAsync(request.Namespace, request.Source.Registry, token => ask(request, token), entry.Ended);
        }
        catch (OperationCanceledException) when (entry.Ended.IsCancellationRequested)
        {
            return;
        }
        catch (Exception error)
        {
            // Whatever goes wrong concerns this tool alone, and is tried again.
            notices(new(NoticeLevel.Error, "registries", $"{key}: the registry could not be asked", error));
            answer = new Resolution.Failed(ResolutionFailure.NotResolved, Tools.Reasons.InternalError, $"the registry could not be asked ({error.GetType().Name}); the operator's log says more", IsRetryable: true);
        }
        lock (_lock)
        {
            entry.IsRunning = false;
            entry.Answer = answer;
            entry.AnsweredAt = time.GetTimestamp();
            entry.Failures = answer is Resolution.Failed { IsRetryable: true } ? entry.Failures + 1 : 0;
            entry.Backoff = entry.Failures > 0 ? Retries.After(entry.Failures, jitter) : null;
            entry.Early = jitter.NextDouble() * MostEarly;
        }
        changed(key);
    }

    private sealed class Entry(string inputs, string occasion, CancellationTokenSource end)
    {
        internal string Inputs => inputs;

        /// <summary>Outlives its source.</summary>
        internal CancellationToken Ended { get; } = end.Token;
        internal string Occasion { get; set; } = occasion;
        internal bool IsRunning { get; set; }
        internal Resolution Answer { get; set; } = new Resolution.Pending();
        internal long AnsweredAt { get; set; }
        internal int Failures { get; set; }

        /// <summary>Until it is tried again; null where it did not fail, or only a change helps.</summary>
        internal TimeSpan? Backoff { get; set; }

        /// <summary>The part of the interval that is left out this time.</summary>
        internal double Early { get; set; }

        /// <summary>Undisposed it would be kept by the source that it is linked to, as long as the operator leads.</summary>
        internal void End()
        {
            end.Cancel();
            end.Dispose();
        }
    }
}
