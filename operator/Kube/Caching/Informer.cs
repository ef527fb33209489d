using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Caching;

/// <summary>Keeps a copy of the objects of a resource: lists them once, then follows a watch, and lists anew when the server no longer knows where
/// the watch was. Tells of every change with what was before.</summary>
/// <remarks>For each key the changes that are told form a history: added, updated any number of times, deleted, added again; what is before a
/// change is what was after the last one. Intermediate states may be missing, no object's end is. An object that was deleted and made anew
/// under its name is told of as a deletion and an addition, also where both were missed. Reads are safe for all threads.</remarks>
/// <typeparam name="T">What is kept of an object.</typeparam>
public sealed class Informer<T>
    where T : class
{
    private readonly KubeClient _client;
    private readonly InformerOptions _options;
    private readonly Func<KubeObject, T> _read;
    private readonly TimeProvider _time;
    private readonly Random _jitter;
    private readonly Action<Notice> _notices;
    private readonly Store<T> _store = new();
    private readonly List<Action<Change<T>>> _handlers = [];
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastContact;
    private string _resourceVersion = "";
    private bool _running;

    /// <param name="read">From an object to what is kept of it, without its managed fields. What it throws ends the informer: it has to
    /// cope with whatever the resource's schema lets pass.</param>
    /// <param name="jitter">Used by this informer alone.</param>
    public Informer(KubeClient client, Resource resource, InformerOptions options, Func<KubeObject, T> read, TimeProvider time, Random jitter, Action<Notice> notices)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.WatchLength, TimeSpan.FromSeconds(1));
        _client = client;
        Resource = resource;
        _options = options;
        _read = read;
        _time = time;
        _jitter = jitter;
        _notices = notices;
        _lastContact = time.GetTimestamp();
    }

    public Resource Resource { get; }

    /// <summary>Ends when the first list is in the store and its additions have been told.</summary>
    public Task Synced => _synced.Task;

    /// <summary>How long the server has said nothing about this resource: no list, no event, no bookmark, no end of a watch. A live watch
    /// says something every minute or so; a watchdog takes what is older than two <see cref="InformerOptions.WatchLength"/>s for dead.</summary>
    public TimeSpan WatchAge => _time.GetElapsedTime(Interlocked.Read(ref _lastContact));

    /// <summary>What is known of an object; null for nothing.</summary>
    public T? Get(ObjectKey key) => _store.Find(key)?.Object;

    /// <summary>All objects, in no order.</summary>
    public IReadOnlyList<T> All => _store.All();

    /// <summary>The objects that have a value in an index, in no order.</summary>
    public IReadOnlyList<T> ByIndex(string index, string value) => _store.ByIndex(index, value);

    /// <summary>Lets objects be found by values of theirs. Before <see cref="RunAsync"/>.</summary>
    /// <param name="values">The values of one object; depends on the object alone.</param>
    public void AddIndex(string index, Func<T, IEnumerable<string>> values)
    {
        ThrowIfRunning();
        _store.AddIndex(index, values);
    }

    /// <summary>Has every change told. Before <see cref="RunAsync"/>.</summary>
    /// <param name="handler">Called for one change after the other, when the store has it already. It is not to wait: it puts a key into a
    /// queue. What it throws ends the informer.</param>
    public void AddHandler(Action<Change<T>> handler)
    {
        ThrowIfRunning();
        _handlers.Add(handler);
    }

    /// <summary>Follows the server until the token is cancelled. Failures of the server and of the way to it are repeated for ever.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        ThrowIfRunning();
        _running = true;
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            var start = _time.GetTimestamp();
            var asked = TimeSpan.Zero;
            try
            {
                await ListIfNeededAsync(cancellationToken);
                var heard = await WatchAsync(cancellationToken);
                // A server that ends watches at once, over and over, is as good as one that fails.
                failures = heard || _time.GetElapsedTime(start) > TimeSpan.FromSeconds(1) ? 0 : failures + 1;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (GoneException error)
            {
                _notices(new(NoticeLevel.Information, Resource.ToString(), "the server no longer knows where the watch was; listing anew", error));
                _resourceVersion = "";
                failures++;
            }
            catch (ApiException error)
            {
                KubeMetrics.BrokenWatches.Add(1, new KeyValuePair<string, object?>("resource", Resource.ToString()));
                _notices(new(NoticeLevel.Warning, Resource.ToString(), "cannot be followed; trying again", error));
                // A watch that went well for a while and then broke is not one more failure in a row.
                failures = _time.GetElapsedTime(start) > _options.Backoff.Longest ? 1 : failures + 1;
                asked = (error as RetryableException)?.RetryAfter ?? TimeSpan.Zero;
            }
            await PauseAsync(failures, asked, cancellationToken);
        }
    }

    /// <param name="asked">What the server asks for.</param>
    private async Task PauseAsync(int failures, TimeSpan asked, CancellationToken cancellationToken)
    {
        if (failures > 0)
        {
            var wait = _options.Backoff.After(failures, _jitter);
            await Task.Delay(wait > asked ? wait : asked, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ListIfNeededAsync(CancellationToken cancellationToken)
    {
        if (_resourceVersion.Length > 0)
        {
            return;
        }
        var list = await _client.ListAsync(Resource, _options.Selection, cancellationToken);
        KubeMetrics.Lists.Add(1, new("resource", Resource.ToString()), new("cause", Synced.IsCompleted ? "gone" : "start"));
        Heard();
        foreach (var gone in _store.Keys().Except(list.Items.Select(item => item.Key)))
        {
            Remove(gone);
        }
        foreach (var item in list.Items)
        {
            Put(item);
        }
        _resourceVersion = list.ResourceVersion;
        _synced.TrySetResult();
    }

    /// <returns>Whether anything came.</returns>
    private async Task<bool> WatchAsync(CancellationToken cancellationToken)
    {
        var heard = false;
        var length = TimeSpan.FromSeconds(Math.Ceiling(_options.WatchLength.TotalSeconds * (1 + _jitter.NextDouble())));
        await foreach (var change in _client.WatchAsync(Resource, _options.Selection, _resourceVersion, length, cancellationToken))
        {
            Heard();
            heard = true;
            if (change.Kind == WatchEventKind.Deleted)
            {
                Remove(change.Object!.Key);
            }
            else if (change.Object is { } item)
            {
                Put(item);
            }
            // Only now: what broke off before is to come again.
            _resourceVersion = change.ResourceVersion.Length > 0 ? change.ResourceVersion : _resourceVersion;
        }
        // It ran to its end, so the server is there.
        Heard();
        return heard;
    }

    private void Put(KubeObject item)
    {
        var before = _store.Find(item.Key);
        if (before is not null && before.Uid != item.Metadata.Uid)
        {
            Remove(item.Key);
            before = null;
        }
        if (before?.ResourceVersion == item.Metadata.ResourceVersion)
        {
            return;
        }
        var after = new Cached<T>(item.Metadata.Uid, item.Metadata.ResourceVersion, _read(item.WithoutManagedFields()));
        _store.Set(item.Key, after);
        Tell(new(before is null ? ChangeKind.Added : ChangeKind.Updated, item.Key, before?.Object, after.Object));
    }

    private void Remove(ObjectKey key)
    {
        if (_store.Find(key) is { } before)
        {
            _store.Set(key, null);
            Tell(new(ChangeKind.Deleted, key, before.Object, null));
        }
    }

    private void Tell(Change<T> change)
    {
        foreach (var handler in _handlers)
        {
            handler(change);
        }
    }

    private void Heard() => Interlocked.Exchange(ref _lastContact, _time.GetTimestamp());

    private void ThrowIfRunning()
    {
        if (_running)
        {
            throw new InvalidOperationException($"The informer of {Resource} runs already.");
        }
    }
}
