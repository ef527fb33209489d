namespace Tapedeck.Mcp;

/// <summary>The memory that messages may take on their way in: each by itself, and all that are in flight together. Both may change while the server runs.</summary>
/// <remarks>The first <see cref="Free"/> bytes of a message are nobody's business: they are as much a part of a connection as the server's own buffers.</remarks>
/// <param name="largest">Bytes of a message, more than <see cref="Free"/>; a larger one is refused while it arrives. Asked for such messages only.</param>
/// <param name="all">Bytes of memory that all messages take that are being read or served, which is up to four times their own bytes. One that finds no room is to be sent again
/// later.</param>
public sealed class MessageRoom(Func<int> largest, Func<long> all)
{
    /// <summary>Bytes of each message that are not counted.</summary>
    public const int Free = 64 << 10;

    private long _taken;

    public MessageRoom(int largest, long all)
        : this(() => largest, () => all)
    {
    }

    /// <summary>Bytes that are taken now.</summary>
    internal long Taken => Volatile.Read(ref _taken);

    internal int Largest => largest();

    internal bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= all())
        {
            return true;
        }
        Return(bytes);
        return false;
    }

    internal void Return(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
