namespace Tapedeck.Wasi.Io;

/// <summary>
/// A source of bytes: what <c>input-stream</c> stands for. One operation at a time, on the thread of the call; bytes are pulled from further away no sooner
/// than there is room for them here.
/// </summary>
internal abstract class InputStream : IDisposable
{
    /// <summary>The most bytes that one read gives.</summary>
    internal const int MostBytes = 64 << 10;

    /// <summary>True where <see cref="Read"/> has bytes, or the end, to tell of.</summary>
    internal abstract bool IsReady { get; }

    /// <summary>Bytes that are there, at most <paramref name="most"/>, from 0 to <see cref="MostBytes"/>. Waits for none.</summary>
    internal abstract StreamRead Read(int most);

    /// <summary>Completes when <see cref="IsReady"/>. Throws only on cancellation.</summary>
    internal abstract ValueTask WhenReady(CancellationToken cancellationToken);

    /// <summary>Gives up the source.</summary>
    public virtual void Dispose()
    {
    }
}
