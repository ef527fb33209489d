using System.Diagnostics;

namespace Tapedeck.Wasm.Execution;

/// <summary>One thread that interrupts stores when their time is up, and answers their callers if that is not enough.</summary>
internal sealed class Watchdog : IDisposable
{
    /// <summary>What an interrupted call has to come to its end by itself.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(5);

    private readonly object _gate = new();
    private readonly PriorityQueue<Alarm, long> _alarms = new();
    private Thread? _thread;
    private bool _isDisposed;

    /// <summary>Interrupts a store after <paramref name="time"/>, and calls <paramref name="abandon"/> a grace later, unless disposed before.</summary>
    internal IDisposable Schedule(TimeSpan time, Store store, Action abandon)
    {
        var alarm = new Alarm(store, abandon);
        Add(alarm, time);
        return alarm;
    }

    /// <summary>Interrupts a store now, and calls <paramref name="abandon"/> a grace later.</summary>
    internal void Interrupt(Store store, Action abandon)
    {
        store.Interrupt();
        Add(new Alarm(store, abandon) { IsInterrupted = true }, Grace);
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
            _alarms.Enqueue(alarm, Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency));
            Monitor.Pulse(_gate);
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
                    Monitor.Wait(_gate);
                }
                else if (due - Stopwatch.GetTimestamp() is > 0 and var ticks)
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
        if (alarm.IsDisposed)
        {
            return;
        }
        if (alarm.IsInterrupted)
        {
            alarm.Abandon();
            return;
        }
        alarm.Store.Interrupt();
        alarm.IsInterrupted = true;
        _alarms.Enqueue(alarm, Stopwatch.GetTimestamp() + (long)(Grace.TotalSeconds * Stopwatch.Frequency));
    }

    private sealed class Alarm(Store store, Action abandon) : IDisposable
    {
        internal Store Store => store;
        internal Action Abandon => abandon;
        internal bool IsInterrupted { get; set; }
        internal bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
