namespace Tapedeck.Server.Calls;

/// <summary>Bytes that all calls may take together: their linear memories, and large answers until they are sent.</summary>
internal sealed class MemoryBudget(long total)
{
    private long _taken;

    internal long Total => total;

    internal long Taken => Volatile.Read(ref _taken);

    internal bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= total)
        {
            return true;
        }
        Interlocked.Add(ref _taken, -bytes);
        return false;
    }

    internal void Return(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
