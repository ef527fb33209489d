namespace Tapedeck.Wasm.Execution;

/// <summary>The bounded set of threads that run guest code, and the bounded queue before them.</summary>
internal sealed class CallThreads(int most, int queue, int stackBytes) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<Action> _waiting = [];
    private readonly SemaphoreSlim _available = new(0);
    private int _threads;
    private int _idle;
    private bool _isDisposed;

    /// <summary>Queues work for a call thread.</summary>
    /// <exception cref="BusyException">All threads are taken and the queue is full.</exception>
    internal void Queue(Action work)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_waiting.Count >= _idle && _threads < most)
            {
                _ = new CallThread(stackBytes, _threads, Work);
                _threads++;
                _idle++;
            }
            else if (_waiting.Count >= _idle + queue)
            {
                throw new BusyException();
            }
            _waiting.Enqueue(work);
        }
        _available.Release();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            if (_threads > 0)
            {
                _available.Release(_threads);
            }
        }
    }

    private void Work(CallThread thread)
    {
        while (true)
        {
            _available.Wait();
            Action? work;
            lock (_gate)
            {
                if (!_waiting.TryDequeue(out work))
                {
                    return;
                }
                _idle--;
            }
            work();
            lock (_gate)
            {
                _idle++;
            }
        }
    }
}
