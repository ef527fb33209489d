using System.Runtime.CompilerServices;

namespace Tapedeck.Wasm.Execution;

/// <summary>The bounded set of threads that run guest code, and the bounded queue before them.</summary>
internal sealed class CallThreads(int most, int queue, int stackBytes) : IDisposable
{
    private readonly object _gate = new();
    private readonly LinkedList<Action> _waiting = [];
    private int _threads;
    private int _idle;
    private bool _isDisposed;

    /// <summary>Queues work for a call thread.</summary>
    /// <returns>What <see cref="TryTakeBack"/> asks for.</returns>
    /// <exception cref="BusyException">All threads are taken and the queue is full.</exception>
    internal LinkedListNode<Action> Queue(Action work)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_waiting.Count >= _idle && !TryStart() && _waiting.Count >= _idle + queue)
            {
                throw new BusyException($"all {_threads} call threads are taken and {_waiting.Count - _idle} calls wait already");
            }
            var place = _waiting.AddLast(work);
            Monitor.Pulse(_gate);
            return place;
        }
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
            Monitor.PulseAll(_gate);
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
        while (RunNext())
        {
        }
    }

    // A method of its own, so that a thread that waits keeps nothing of the last call alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool RunNext()
    {
        if (Next() is not { } work)
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
    private Action? Next()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_isDisposed)
                {
                    return null;
                }
                Monitor.Wait(_gate);
            }
            var work = _waiting.First!.Value;
            _waiting.RemoveFirst();
            _idle--;
            return work;
        }
    }
}
