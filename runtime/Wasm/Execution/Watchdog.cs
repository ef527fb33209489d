using System.Diagnostics;

namespace Tapedeck.Wasm.Execution;

/// <summary>One thread that interrupts stores when their time is up, and answers their callers if that is not enough.</summary>
internal sealed class Watchdog : IDisposable
{
    /// <summary>What an interrupted call has to come to its end by itself.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(5);

    private const int MostDisposed = 1_000;

    private readonly object _gate = new();
    private readonly PriorityQueue<Alarm, long> _alarms = new();
    private int _disposedAlarms;
    private long _wakesAt;
    private Thread? _thread;
    private bool _isDisposed;

    /// <summary>Alarms in the queue, of calls that run and of some that are over.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _alarms.Count;
            }
        }
    }

    /// <summary>Interrupts a store after <paramref name="time"/>, and calls <paramref name="abandon"/> a grace later, unless disposed before.</summary>
    internal IDisposable Schedule(TimeSpan time, Store store, Action abandon)
    {
        var isInterrupted = false;
        return Schedule(time, () =>
        {
            if (isInterrupted)
            {
                abandon();
                return null;
            }
            isInterrupted = true;
            store.Interrupt();
            return Grace;
        });
    }

    /// <summary>Calls <paramref name="ring"/> after <paramref name="time"/>, and again after what it returns until that is null, unless disposed before.</summary>
    internal IDisposable Schedule(TimeSpan time, Func<TimeSpan?> ring)
    {
        var alarm = new Alarm(this, ring);
        Add(alarm, time);
        return alarm;
    }

    /// <summary>Interrupts a store now, and calls <paramref name="abandon"/> a grace later.</summary>
    internal void Interrupt(Store store, Action abandon)
    {
        store.Interrupt();
        Schedule(Grace, () =>
        {
            abandon();
            return null;
        });
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Add(Alarm alarm, TimeSpan time)
    {
        lock (_gate)
        {
            if (_thread is null)
            {
                _thread = new Thread(Watch) { IsBackground = true, Name = "wasm watchdog", Priority = ThreadPriority.AboveNormal };
                _thread.Start();
            }
            var due = In(time);
            _alarms.Enqueue(alarm, due);
            // Most alarms come after one that is waited for already, and waking a thread for each call costs more than a small call itself.
            if (due < _wakesAt)
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    private void Watch()
    {
        lock (_gate)
        {
            while (!_isDisposed)
            {
                if (!_alarms.TryPeek(out _, out var due))
                {
                    _wakesAt = long.MaxValue;
                    Monitor.Wait(_gate);
                }
                else if ((_wakesAt = due) - Stopwatch.GetTimestamp() is > 0 and var ticks)
                {
                    Monitor.Wait(_gate, (int)Math.Min(int.MaxValue, (1000 * ticks / Stopwatch.Frequency) + 1));
                }
                else
                {
                    Ring(_alarms.Dequeue());
                }
            }
        }
    }

    private void Ring(Alarm alarm)
    {
        if (alarm.Ring?.Invoke() is { } again)
        {
            _alarms.Enqueue(alarm, In(again));
        }
    }

    // Far enough is never: the sum stays a number.
    private static long In(TimeSpan time) =>
        Stopwatch.GetTimestamp() + (long)Math.Min(time.TotalSeconds * Stopwatch.Frequency, long.MaxValue / 2);

    // Most calls end long before their deadline, so most alarms in the queue would be of calls that are over.
    private void CountDisposed()
    {
        lock (_gate)
        {
            _disposedAlarms++;
            if (_disposedAlarms < MostDisposed || _disposedAlarms < _alarms.Count / 2)
            {
                return;
            }
            var live = _alarms.UnorderedItems.Where(static alarm => alarm.Element.Ring is not null).ToArray();
            _alarms.Clear();
            _alarms.EnqueueRange(live);
            _disposedAlarms = 0;
        }
    }

    private sealed class Alarm(Watchdog watchdog, Func<TimeSpan?> ring) : IDisposable
    {
        /// <summary>Null once the alarm is disposed: it may stay in the queue until it is due, and should not keep its call's memory until then.</summary>
        internal Func<TimeSpan?>? Ring { get; private set; } = ring;

        public void Dispose()
        {
            Ring = null;
            watchdog.CountDisposed();
        }
    }
}
