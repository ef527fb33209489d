using Tapedeck.Policy.Limits;

namespace Tapedeck.Server.Calls;

/// <summary>
/// Whether a call may begin: the tool's calls at once and a second, and the memory of the process, of which a call takes as much as its limit allows it, so
/// that no sum of granted limits goes beyond what there is.
/// </summary>
internal sealed class CallSlots(MemoryBudget memory, TimeProvider time)
{
    private readonly MemoryBudget _memory = memory;
    private readonly Lock _gate = new();
    private int _running;
    private double _tokens = -1;
    private long _refilled;

    /// <summary>Calls that run.</summary>
    internal int Running => Volatile.Read(ref _running);

    /// <summary>The slot of a call, or the limit that stands against it.</summary>
    internal Slot? TryTake(CallLimits limits, out LimitExceeded? exceeded)
    {
        lock (_gate)
        {
            if (_running >= limits.ConcurrentCalls)
            {
                exceeded = new LimitExceeded(LimitName.ConcurrentCalls, limits.ConcurrentCalls);
                return null;
            }
            if (limits.CallsPerSecond is { } rate && !TakeToken(rate))
            {
                exceeded = new LimitExceeded(LimitName.CallsPerSecond, rate);
                return null;
            }
            if (!_memory.TryTake(limits.Memory))
            {
                exceeded = new LimitExceeded(LimitName.Memory, _memory.Total);
                return null;
            }
            _running++;
        }
        exceeded = null;
        return new Slot(this, limits.Memory);
    }

    // A bucket that holds the calls of one second.
    private bool TakeToken(int rate)
    {
        var now = time.GetTimestamp();
        _tokens = _tokens < 0 ? rate : Math.Min(rate, _tokens + (time.GetElapsedTime(_refilled, now).TotalSeconds * rate));
        _refilled = now;
        if (_tokens < 1)
        {
            return false;
        }
        _tokens--;
        return true;
    }

    private void Return(long bytes)
    {
        lock (_gate)
        {
            _running--;
        }
        _memory.Return(bytes);
    }

    /// <summary>A call that may run; disposed once, when it has ended.</summary>
    internal sealed class Slot(CallSlots slots, long bytes) : IDisposable
    {
        private long _bytes = bytes;
        private int _isReturned;

        /// <summary>
        /// What the answer goes on to take when the slot is given back, until the result is disposed of: the call's own memory, and what is beyond that of the process's; or the limit that
        /// stands against it, and then it takes nothing.
        /// </summary>
        internal IDisposable? TryKeep(long answer, out LimitExceeded? exceeded)
        {
            var own = Math.Min(answer, _bytes);
            if (answer > own && !slots._memory.TryTake(answer - own))
            {
                exceeded = new LimitExceeded(LimitName.Memory, slots._memory.Total);
                return null;
            }
            _bytes -= own;
            exceeded = null;
            return new Kept(slots._memory, answer);
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReturned, 1) == 0)
            {
                slots.Return(_bytes);
            }
        }
    }

    private sealed class Kept(MemoryBudget memory, long bytes) : IDisposable
    {
        private int _isReturned;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReturned, 1) == 0)
            {
                memory.Return(bytes);
            }
        }
    }
}
