namespace Tapedeck.Wasi.Calls;

/// <summary>Memory of the host that a guest fills without anybody having been asked: of requests that it makes and may never send. No limit of its own memory counts it.</summary>
internal sealed class HeldBytes
{
    /// <summary>Bytes of one call.</summary>
    internal const int Most = 8 << 20;

    private int _held;

    /// <returns>False if it would be more than <see cref="Most"/>; then nothing is taken.</returns>
    internal bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= Most)
        {
            return true;
        }
        Return(bytes);
        return false;
    }

    internal void Return(int bytes) => Interlocked.Add(ref _held, -bytes);
}
