namespace Tapedeck.Wasi.Io;

/// <summary>
/// A place for bytes: what <c>output-stream</c> stands for. One operation at a time, on the thread of the call; takes no more than what can be on its way.
/// </summary>
internal abstract class OutputStream : IDisposable
{
    /// <summary>The most bytes that one write takes.</summary>
    internal const int MostBytes = 64 << 10;

    private int _permit;

    /// <summary>True where <see cref="Check"/> gives more than 0, or an error.</summary>
    internal abstract bool IsReady { get; }

    /// <summary>How much of a guest's <c>check-write</c> is left.</summary>
    internal int Permit => _permit;

    /// <summary><c>check-write</c>: how many bytes the next write may have.</summary>
    internal StreamStatus Check(out int permit)
    {
        var status = Room(out permit);
        _permit = permit;
        return status;
    }

    /// <summary>Takes bytes, no more than <see cref="Permit"/>. They are the stream's from then on.</summary>
    internal StreamStatus Write(ReadOnlyMemory<byte> bytes)
    {
        _permit -= bytes.Length;
        return Take(bytes);
    }

    /// <summary>Asks that all that was taken be sent on; until that is done there is no room for more.</summary>
    internal abstract StreamStatus Flush();

    /// <summary>Completes when <see cref="IsReady"/>. Throws only on cancellation.</summary>
    internal abstract ValueTask WhenReady(CancellationToken cancellationToken);

    /// <summary>Gives up the stream; what is on its way may be lost.</summary>
    public virtual void Dispose()
    {
    }

    /// <summary>How many bytes there is room for, at most <see cref="MostBytes"/>.</summary>
    private protected abstract StreamStatus Room(out int bytes);

    private protected abstract StreamStatus Take(ReadOnlyMemory<byte> bytes);
}
