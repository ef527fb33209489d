using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Events;

/// <summary>Writes events to the server, in the background: whoever records one neither waits nor fails.</summary>
/// <remarks>The first event of a kind is created. What repeats it within six minutes becomes its series: written at once the first time,
/// then at most every minute, and when the recorder ends. RATIONALE.md, "Why may events be lost?"</remarks>
/// <param name="controller">Who reports, as <c>tapedeck.dev/operator</c>.</param>
/// <param name="instance">Which of its processes: the pod's name.</param>
public sealed class EventRecorder(KubeClient client, string controller, string instance, TimeProvider time, Action<Notice> notices)
{
    private const int MostWaiting = 1_000;
    private const int MostSeries = 4_096;
    private const int LongestNote = 1_024;
    private const int LongestWord = 128;

    private static readonly TimeSpan SeriesEnds = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan BetweenWrites = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(2);

    private readonly Channel<(KubeEvent Event, DateTimeOffset At)> _waiting =
        Channel.CreateBounded<(KubeEvent, DateTimeOffset)>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    private readonly Dictionary<KubeEvent, EventSeries> _series = [];
    private long _dropped;
    private long _names;

    /// <summary>How many events were not written since too many waited.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Has an event written soon.</summary>
    public void Record(KubeEvent @event)
    {
        if (!_waiting.Writer.TryWrite((@event, time.GetUtcNow())))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>Writes events until the token is cancelled; then what waits, for two seconds at most.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // A write that is on its way when it is time to stop is not to be lost.
        using var end = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var stopping = cancellationToken.UnsafeRegister(_ => end.CancelAfter(LongestEnd), null);
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                await NextAsync(cancellationToken, end.Token);
            }
            while (_waiting.Reader.TryRead(out var waiting))
            {
                await WriteAsync(waiting.Event, waiting.At, end.Token);
            }
            await CatchUpAsync(end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            notices(new(NoticeLevel.Warning, "events", "not all events could be written before the end"));
        }
    }

    private async Task NextAsync(CancellationToken stop, CancellationToken end)
    {
        var comes = await ComesAsync(stop);
        if (comes && _waiting.Reader.TryRead(out var waiting))
        {
            await WriteAsync(waiting.Event, waiting.At, end);
        }
        else if (!stop.IsCancellationRequested)
        {
            await CatchUpAsync(end);
        }
    }

    /// <summary>Waits for an event; where a series is behind, no longer than it may be.</summary>
    private async Task<bool> ComesAsync(CancellationToken stop)
    {
        var longest = _series.Values.Any(series => series.IsBehind) ? BetweenWrites : Timeout.InfiniteTimeSpan;
        using var timeout = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        try
        {
            return await _waiting.Reader.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        foreach (var (kind, series) in _series.Where(entry => entry.Value.IsBehind).ToArray())
        {
            await GuardedAsync(kind, () => WriteSeriesAsync(series, cancellationToken));
        }
    }

    private Task WriteAsync(KubeEvent @event, DateTimeOffset at, CancellationToken cancellationToken)
    {
        // The note may hold a number that differs each time.
        var kind = @event with { Note = "" };
        return GuardedAsync(kind, () => _series.TryGetValue(kind, out var series) && at - series.LastSeen < SeriesEnds
            ? RepeatAsync(series, at, cancellationToken)
            : BeginAsync(kind, @event, at, cancellationToken));
    }

    private async Task BeginAsync(KubeEvent kind, KubeEvent @event, DateTimeOffset at, CancellationToken cancellationToken)
    {
        MakeRoom(at);
        var json = ToJson(@event, at);
        _series[kind] = new(json.Key) { LastSeen = at, LastWritten = at };
        await client.CreateAsync(Resource.Events, json, "", cancellationToken);
    }

    private async Task RepeatAsync(EventSeries series, DateTimeOffset at, CancellationToken cancellationToken)
    {
        series.Count++;
        series.LastSeen = at;
        series.IsBehind = true;
        if (series.Count == 2 || at - series.LastWritten >= BetweenWrites)
        {
            await WriteSeriesAsync(series, cancellationToken);
        }
    }

    private async Task GuardedAsync(KubeEvent kind, Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (ApiException error) when (error is NotFoundException or ForbiddenException { IsOfEndingNamespace: true })
        {
            // The server forgets events after an hour, and a namespace may be gone, or go. The next one of the kind is a first.
            _series.Remove(kind);
        }
        catch (ApiException error)
        {
            _series.Remove(kind);
            notices(new(NoticeLevel.Warning, "events", $"the event {kind.Reason} about {kind.Regarding.Key} could not be written", error));
        }
    }

    private async Task WriteSeriesAsync(EventSeries series, CancellationToken cancellationToken)
    {
        var patch = new JsonObject { ["series"] = new JsonObject { ["count"] = series.Count, ["lastObservedTime"] = KubeTime.Micro(series.LastSeen) } };
        series.LastWritten = series.LastSeen;
        series.IsBehind = false;
        await client.PatchAsync(Resource.Events, series.Event, PatchKind.Merge, patch, "", Subresource.None, cancellationToken);
    }

    private void MakeRoom(DateTimeOffset now)
    {
        if (_series.Count < MostSeries)
        {
            return;
        }
        foreach (var kind in _series.Where(entry => now - entry.Value.LastSeen >= SeriesEnds).Select(entry => entry.Key).ToArray())
        {
            _series.Remove(kind);
        }
        if (_series.Count >= MostSeries)
        {
            // More kinds than anybody reads. They begin anew.
            _series.Clear();
        }
    }

    private KubeObject ToJson(KubeEvent @event, DateTimeOffset at)
    {
        var regarding = @event.Regarding;
        // Events about what has no namespace are in the namespace default: the server wants it so.
        var @namespace = regarding.Key.Namespace.Length > 0 ? regarding.Key.Namespace : "default";
        var json = new JsonObject
        {
            ["apiVersion"] = Resource.Events.ApiVersion,
            ["kind"] = Resource.Events.Kind,
            ["metadata"] = new JsonObject { ["name"] = NameOf(regarding.Key.Name, at), ["namespace"] = @namespace },
            ["eventTime"] = KubeTime.Micro(at),
            ["type"] = @event.Type.ToString(),
            ["reason"] = Cut(@event.Reason, LongestWord),
            ["action"] = Cut(@event.Action, LongestWord),
            ["note"] = Cut(@event.Note, LongestNote),
            ["regarding"] = regarding.ToJson(),
            ["reportingController"] = controller,
            ["reportingInstance"] = Cut(instance, LongestWord),
        };
        if (@event.Related is { } related)
        {
            json["related"] = related.ToJson();
        }
        return KubeObject.From(json);
    }

    /// <summary>A name that no other event has: the object's, the time, and a number of this process.</summary>
    private string NameOf(string name, DateTimeOffset at)
    {
        var suffix = $".{at.UtcTicks:x}{_names++ & 0xfff:x3}";
        return Cut(name, 253 - suffix.Length).TrimEnd('.', '-') + suffix;
    }

    /// <summary>Cuts between two characters, so that no more than <paramref name="most"/> bytes of UTF-8 are left.</summary>
    private static string Cut(string text, int most)
    {
        if (Encoding.UTF8.GetByteCount(text) <= most)
        {
            return text;
        }
        var length = Math.Min(text.Length, most);
        while (Encoding.UTF8.GetByteCount(text.AsSpan(0, length)) > most || char.IsHighSurrogate(text[length - 1]))
        {
            length--;
        }
        return text[..length];
    }
}
