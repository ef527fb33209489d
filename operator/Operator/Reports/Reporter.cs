using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Children;

namespace Tapedeck.Operator.Reports;

/// <summary>
/// Asks runtimes in the background, a bounded number of tools at a time and of those of one namespace a part, and remembers the last answer for each tool. Safe for all threads.
/// </summary>
/// <param name="ask">Asks the pods of a tool.</param>
/// <param name="slots">Tools at once; at least 1.</param>
/// <param name="changed">Is told of a tool whose answer is there.</param>
internal sealed class Reporter(Func<ObjectKey, CancellationToken, Task<PodAnswer>> ask, int slots, TimeProvider time, Action<ObjectKey> changed, CancellationToken stop)
{
    /// <summary>After the first question, the second, and so on: a pod takes seconds to start, and to read a policy. Who says nothing then is asked less often.</summary>
    private static readonly TimeSpan[] Pauses = [.. new[] { 2, 5, 10, 10, 10, 10, 60 }.Select(seconds => TimeSpan.FromSeconds(seconds))];

    /// <summary>So many namespaces have to be silent before one of another waits.</summary>
    private const int MostNamespaces = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, Entry> _entries = [];

    // Whoever makes tools may make any number whose pods say nothing.
    private readonly Places _ofNamespace = new(Math.Max(1, slots / MostNamespaces));
    private readonly Places _all = new(slots);

    /// <summary>What pods said, as far as it is known. Asks where what they are to run, or to enforce, is not what they said.</summary>
    /// <param name="written">What the ConfigMap with the policies says that it holds: nobody enforces what is planned and not written. Null where it does not say.</param>
    internal PodWord Look(ObjectKey key, Question question, SnapshotName? written)
    {
        lock (_lock)
        {
            var entry = _entries.TryGetValue(key, out var known) ? known : _entries[key] = new Entry();
            question = question with { Policy = entry.Hand(question.Policy, written) };
            // What lacks something now may have it later.
            if (entry.Answered == question && question.IsSettled && question.IsAnsweredBy(entry.Answer) && entry.Answer.Report is { Problems.IsEmpty: true, Unavailable.IsEmpty: true })
            {
                return new(entry.Answer with { Failure = null }, null, IsAsking: false) { Enforced = entry.Enforced };
            }
            if (entry.Question != question)
            {
                (entry.Question, entry.Tries) = (question, 0);
            }
            var left = entry.Tries == 0 ? TimeSpan.Zero : Pauses[Math.Min(entry.Tries, Pauses.Length) - 1] - time.GetElapsedTime(entry.AskedAt);
            if (!entry.IsRunning && left <= TimeSpan.Zero)
            {
                entry.IsRunning = true;
                entry.Tries++;
                entry.AskedAt = time.GetTimestamp();
                left = Pauses[0];
                _ = Task.Run(() => RunAsync(key, entry, question), CancellationToken.None);
            }
            var isAsking = entry.IsRunning && entry.Tries <= 1 && time.GetElapsedTime(entry.AskedAt) < Pauses[0];
            return new(entry.Answer, left > TimeSpan.Zero ? left : Pauses[0], isAsking) { Enforced = entry.Enforced };
        }
    }

    internal void Forget(ObjectKey key)
    {
        lock (_lock)
        {
            _entries.Remove(key);
        }
    }

    private async Task RunAsync(ObjectKey key, Entry entry, Question question)
    {
        PodAnswer? answer = null;
        var isNews = false;
        try
        {
            using var own = await _ofNamespace.TakeAsync(key.Namespace, stop);
            using var shared = await _all.TakeAsync("", stop);
            answer = await ask(key, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        catch (ApiException)
        {
            // Nothing was learnt. Asked again soon; the informers say what is wrong with the server.
        }
        finally
        {
            lock (_lock)
            {
                entry.IsRunning = false;
                if (answer is not null)
                {
                    var hasReport = answer.Report is not null;
                    var (before, isLastWord) = (entry.Answer, answer.Failure is null && answer.Silent.Contains(entry.Answer.Failing));
                    // Silence takes nothing back.
                    answer = answer.Report is null ? answer with { Report = before.Report, Enforced = before.Enforced } : answer;
                    entry.Answer = isLastWord ? answer with { Failure = before.Failure, Failing = before.Failing } : answer;
                    isNews = hasReport || entry.Answer.Failure != before.Failure || answer.Trouble != before.Trouble;
                    entry.Answered = question;
                }
            }
        }
        if (isNews)
        {
            changed(key);
        }
    }

    private sealed class Entry
    {
        private const int MostHanded = 32;

        /// <summary>Of the snapshots since the operator started the last ones, in their order, and before them the one that it found.</summary>
        private readonly List<SnapshotName> _handed = [];

        internal bool IsRunning { get; set; }
        internal PodAnswer Answer { get; set; } = new(null, null);

        /// <summary>What was asked when this was said.</summary>
        internal Question? Answered { get; set; }
        internal Question? Question { get; set; }

        /// <summary>How often this question was asked.</summary>
        internal int Tries { get; set; }
        internal long AskedAt { get; set; }

        /// <summary>0 where a pod enforces what is none of those that are known to have been handed out; null where one does not say, or says what is older than all of these.</summary>
        internal long? Enforced
        {
            get
            {
                long?[] all = [.. Answer.Enforced?.Select(NumberOf) ?? []];
                return all.Contains(0) ? 0 : all.Contains(null) ? null : all.Min();
            }
        }

        /// <summary>Remembers what is handed out. What there was when the operator started was handed out by one before; later on only what is planned and written is, since anybody may write else.</summary>
        /// <returns>What pods are to enforce by now.</returns>
        internal SnapshotName Hand(SnapshotName planned, SnapshotName? written)
        {
            if (written is not null && (written == planned || _handed.Count == 0) && !_handed.Contains(written))
            {
                // Where numbers went back, as in a restored cluster, those of before mean nothing any more.
                _handed.RemoveAll(old => old.Generation >= written.Generation);
                _handed.Add(written);
                _handed.RemoveRange(0, Math.Max(0, _handed.Count - MostHanded));
            }
            return _handed.Count == 0 ? planned : _handed[^1];
        }

        private long? NumberOf(SnapshotName said) =>
            _handed.Contains(said) ? said.Generation
            : said.Hash.Length == 0 || _handed.Count == 0 || said.Generation < _handed[0].Generation ? null
            : 0;
    }
}

/// <param name="Digest">What pods are to run.</param>
/// <param name="ToolConfigMap">What of it they are to serve, and as what.</param>
/// <param name="Policy">What they are to enforce.</param>
/// <param name="IsAvailable">Whether one of them passes its probes: then it is worth to ask again at once.</param>
/// <param name="IsSettled">Whether all that are to be there are, and serve: until then more may be learnt of those that do not.</param>
internal sealed record Question(string Digest, string ToolConfigMap, SnapshotName Policy, bool IsAvailable, bool IsSettled)
{
    internal bool IsAnsweredBy(PodAnswer answer) =>
        answer.Report is { } report && report.Digest == Digest && report.ToolConfigMap == ToolConfigMap && answer.Enforced is { } enforced && enforced.All(IsOfPolicy);

    /// <summary>A runtime of before says a number alone, and has no more to say.</summary>
    private bool IsOfPolicy(SnapshotName said) => said == Policy || (said.Hash.Length == 0 && said.Generation == Policy.Generation);
}

/// <param name="Answer">As far as it is known; what was said before the operator started is not.</param>
/// <param name="Again">When to look again; null where there is nothing more to learn.</param>
/// <param name="IsAsking">The answer may be there in a moment.</param>
internal sealed record PodWord(PodAnswer Answer, TimeSpan? Again, bool IsAsking)
{
    /// <summary>The lowest number of what pods enforce that serve, 0 where one enforces what was not handed out; null where that is not known.</summary>
    internal long? Enforced { get; init; }

    internal static PodWord None { get; } = new(new(null, null), null, IsAsking: false);
}
