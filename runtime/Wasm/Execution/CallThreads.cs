using System.Runtime.CompilerServices;

namespace Tapedeck.Wasm.Execution;

/// <summary>The bounded set of threads that run guest code, and the bounded queue before them.</summary>
internal sealed class CallThreads(int most, int queue, int stackBytes) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Action> _waiting = [];

    // The one that parked last on top: its stack is in the caches, and the others may sleep on.
    private readonly Stack<CallThread> _parked = new();
    private int _threads;
    private int _idle;
    private bool _isDisposed;

    /// <summary>Queues work for a call thread.</summary>
    /// <returns>What <see cref="TryTakeBack"/> asks for.</returns>
    /// <exception cref="BusyException">All threads are taken and the queue is full.</exception>
    internal LinkedListNode<Action> Queue(Action work)
    {
        LinkedListNode<Action> place;
        CallThread? woken = null;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_waiting.Count >= _idle && !TryStart() && _waiting.Count >= _idle + queue)
            {
                throw new BusyException($"all {_threads} call threads are taken and {_waiting.Count - _idle} calls wait already");
            }
            place = _waiting.AddLast(work);
            // A thread that is idle and not parked looks at the queue before it parks.
            if (_idle - _parked.Count < _waiting.Count)
            {
                _parked.TryPop(out woken);
            }
        }
        // Out of the lock, which the thread that wakes wants at once.
        woken?.Unpark();
        return place;
    }

    /// <summary>Takes work back that no thread has begun, so that it holds no place in the queue.</summary>
    internal bool TryTakeBack(LinkedListNode<Action> place)
    {
        lock (_gate)
        {
            if (place.List is null)
            {
                return false;
            }
            _waiting.Remove(place);
            return true;
        }
    }

    /// <summary>Lets the threads end. What waits is still run.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            while (_parked.TryPop(out var thread))
            {
                thread.Unpark();
            }
        }
    }

    private bool TryStart()
    {
        if (_threads == most)
        {
            return false;
        }
        try
        {
            _ = new CallThread(stackBytes, _threads, Work);
        }
        catch (Exception failure) when (_threads > 0 && failure is OutOfMemoryException or ThreadStartException)
        {
            // The machine gives no more threads: those that there are go on serving.
            return false;
        }
        _threads++;
        _idle++;
        return true;
    }

    private void Work(CallThread thread)
    {
        while (RunNext(thread))
        {
        }
    }

    // A method of its own, so that a thread that waits keeps nothing of the last call alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool RunNext(CallThread thread)
    {
        if (Next(thread) is not { } work)
        {
            return false;
        }
        work();
        lock (_gate)
        {
            _idle++;
        }
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Action? Next(CallThread thread)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_waiting.First is { } first)
                {
                    _waiting.RemoveFirst();
                    _idle--;
                    return first.Value;
                }
                if (_isDisposed)
                {
                    return null;
                }
                _parked.Push(thread);
            }
            thread.Park();
        }
    }
}
