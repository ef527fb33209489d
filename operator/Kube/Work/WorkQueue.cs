using Tapedeck.Kube.Client;

namespace Tapedeck.Kube.Work;

/// <summary>Keys that wait for work. Safe for all threads.</summary>
/// <remarks>A key that is added many times before it is taken is worked on once. A key that is added while it is being worked on is handed out again
/// after <see cref="Done"/>, and not before: no two workers have the same key at once. Delayed keys count as added when their time comes; of several
/// delays of a key the earliest counts.</remarks>
public sealed class WorkQueue<TKey> : IDisposable
    where TKey : notnull
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(3_650);
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    private readonly string _name;
    private readonly TimeProvider _time;
    private readonly Backoff _backoff;
    private readonly Random _jitter;
    private readonly TokenBucket _retries;
    private readonly Lock _lock = new();
    private readonly Queue<TKey> _ready = [];
    private readonly Dictionary<TKey, long> _dirty = [];
    private readonly HashSet<TKey> _working = [];
    private readonly Dictionary<TKey, int> _failures = [];
    private readonly PriorityQueue<TKey, DateTimeOffset> _delayed = new();
    private readonly Dictionary<TKey, DateTimeOffset> _due = [];
    private readonly SemaphoreSlim _available = new(0);
    private readonly ITimer _timer;
    private readonly long _start;
    private TaskCompletionSource? _idle;
    private bool _closed;

    /// <param name="name">For metrics.</param>
    /// <param name="jitter">Keeps keys that failed together from coming back together. Used under a lock, and by nobody else.</param>
    public WorkQueue(string name, WorkQueueOptions options, TimeProvider time, Random jitter)
    {
        _name = name;
        _time = time;
        _backoff = options.Backoff;
        _jitter = jitter;
        _retries = new(options.RetriesPerSecond, options.RetryBurst, time);
        _start = time.GetTimestamp();
        _timer = time.CreateTimer(_ => AddWhatIsDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Name => _name;

    /// <summary>Keys that could be taken now.</summary>
    public int Depth
    {
        get
        {
            lock (_lock)
            {
                return _ready.Count;
            }
        }
    }

    /// <summary>Keys whose time has not come.</summary>
    public int Delayed
    {
        get
        {
            lock (_lock)
            {
                return _due.Count;
            }
        }
    }

    /// <summary>Those of <see cref="Delayed"/>, and what delays that were overtaken left behind.</summary>
    internal int DelayedEntries
    {
        get
        {
            lock (_lock)
            {
                return _delayed.Count;
            }
        }
    }

    /// <summary>Asks for work on a key. After <see cref="Close"/> it does nothing.</summary>
    public void Add(TKey key)
    {
        lock (_lock)
        {
            // Work that is to come anyway has not to come twice.
            _due.Remove(key);
            AddNow(key);
        }
    }

    /// <summary>Asks for work on a key after a while.</summary>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key);
            return;
        }
        lock (_lock)
        {
            var at = Now + (delay < LongestDelay ? delay : LongestDelay);
            if (_closed || _dirty.ContainsKey(key) || (_due.TryGetValue(key, out var earlier) && earlier <= at))
            {
                return;
            }
            _due[key] = at;
            _delayed.Enqueue(key, at);
            DropLeftovers();
            SetTimer();
        }
    }

    /// <summary>Asks for work on a key that failed: after its own wait, which doubles each time, less up to half of it by chance, and after its turn among all that failed.</summary>
    /// <param name="atLeast">What somebody else asks to wait.</param>
    public void AddAfterFailure(TKey key, TimeSpan atLeast = default)
    {
        TimeSpan wait;
        lock (_lock)
        {
            var failures = _failures[key] = Math.Min(_failures.GetValueOrDefault(key) + 1, 1_000);
            wait = _backoff.After(failures, _jitter);
        }
        var turn = _retries.Reserve();
        AddAfter(key, new[] { wait, turn, atLeast }.Max());
    }

    /// <summary>The key succeeded, or will not be tried again: its next failure is its first.</summary>
    public void Forget(TKey key)
    {
        lock (_lock)
        {
            _failures.Remove(key);
        }
    }

    /// <summary>How often a key has failed in a row.</summary>
    public int Failures(TKey key)
    {
        lock (_lock)
        {
            return _failures.GetValueOrDefault(key);
        }
    }

    /// <summary>Waits for a key and takes it; <see cref="Done"/> has to follow.</summary>
    /// <returns>Whether there is a key; false when the queue is closed and empty.</returns>
    public async ValueTask<(bool Taken, TKey Key)> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _available.WaitAsync(cancellationToken);
            lock (_lock)
            {
                if (_ready.TryDequeue(out var key))
                {
                    KubeMetrics.Waits.Record(_time.GetElapsedTime(_dirty[key]).TotalSeconds, new KeyValuePair<string, object?>("queue", _name));
                    _dirty.Remove(key);
                    _working.Add(key);
                    return (true, key);
                }
                if (_closed && _working.Count == 0)
                {
                    // Wakes the next one that waits.
                    _available.Release();
                    return (false, default!);
                }
            }
        }
    }

    /// <summary>The work on a taken key ended, however it did.</summary>
    public void Done(TKey key)
    {
        lock (_lock)
        {
            if (!_working.Remove(key))
            {
                throw new InvalidOperationException($"The key {key} was not taken from the queue {_name}.");
            }
            if (_dirty.ContainsKey(key))
            {
                _ready.Enqueue(key);
                _available.Release();
            }
            EndIfIdle();
        }
    }

    /// <summary>Takes no more keys and drops delayed ones; those that wait are still handed out.</summary>
    /// <returns>Ends when all of them are done.</returns>
    public Task Close()
    {
        lock (_lock)
        {
            if (!_closed)
            {
                _closed = true;
                _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
                _due.Clear();
                _delayed.Clear();
                EndIfIdle();
            }
            return _idle!.Task;
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _available.Dispose();
    }

    /// <summary>A clock that nobody sets.</summary>
    private DateTimeOffset Now => DateTimeOffset.UnixEpoch + _time.GetElapsedTime(_start);

    private void AddNow(TKey key)
    {
        if (_closed || !_dirty.TryAdd(key, _time.GetTimestamp()) || _working.Contains(key))
        {
            return;
        }
        _ready.Enqueue(key);
        _available.Release();
    }

    private void AddWhatIsDue()
    {
        lock (_lock)
        {
            while (_delayed.TryPeek(out var key, out var at) && at <= Now)
            {
                _delayed.Dequeue();
                // An entry whose key was added meanwhile, or is due at another time, is a leftover.
                if (_due.TryGetValue(key, out var due) && due == at)
                {
                    _due.Remove(key);
                    AddNow(key);
                }
            }
            SetTimer();
        }
    }

    /// <summary>Keys that are delayed far and added soon leave their entries behind; these are not to be more than those that count.</summary>
    private void DropLeftovers()
    {
        if (_delayed.Count > 1_000 + (2 * _due.Count))
        {
            _delayed.Clear();
            _delayed.EnqueueRange(_due.Select(entry => (entry.Key, entry.Value)));
        }
    }

    private void SetTimer()
    {
        if (_closed || !_delayed.TryPeek(out _, out var at))
        {
            return;
        }
        var wait = at - Now;
        // A timer may fire a little early; a whole millisecond more keeps it from firing in a circle. It cannot be set further than 49 days.
        wait = wait < LongestTimer ? wait + TimeSpan.FromMilliseconds(1) : LongestTimer;
        _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void EndIfIdle()
    {
        if (_closed && _ready.Count == 0 && _working.Count == 0)
        {
            _idle!.TrySetResult();
            _available.Release();
        }
    }
}
