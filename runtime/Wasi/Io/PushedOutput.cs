namespace Tapedeck.Wasi.Io;

/// <summary>
/// A stream of the host, pushed: one write is under way at a time, from a buffer of our own, and there is room when it is done. What a guest writes under
/// the rest of a permit meanwhile waits behind it.
/// </summary>
/// <param name="write">Sends the bytes on. Ends when whatever is behind it is closed: a stream that is dropped loses nothing that it took.</param>
/// <param name="errorOf">What the guest is told of a failure.</param>
internal sealed class PushedOutput(
    Func<ReadOnlyMemory<byte>, ValueTask> write, Func<Exception, IoError> errorOf, Action? onDispose = null) : OutputStream
{
    private Task _pushing = Task.CompletedTask;
    private bool _isClosed;

    /// <summary>Completes when all that was taken has been sent on.</summary>
    internal Task Pending => _pushing;

    /// <summary>Bytes that were taken.</summary>
    internal ulong Taken { get; private set; }

    internal override bool IsReady => _isClosed || _pushing.IsCompleted;

    internal override StreamStatus Flush() => Settle();

    internal override ValueTask WhenReady(CancellationToken cancellationToken) => Waiting.For(_pushing, cancellationToken);

    /// <summary>Takes no more. What was taken goes on its way.</summary>
    internal void Close() => _isClosed = true;

    public override void Dispose()
    {
        onDispose?.Invoke();
        base.Dispose();
    }

    private protected override StreamStatus Room(out int bytes)
    {
        var status = Settle();
        bytes = status.IsOk && _pushing.IsCompleted ? MostBytes : 0;
        return status;
    }

    private protected override StreamStatus Take(ReadOnlyMemory<byte> bytes)
    {
        if (Settle() is { IsOk: false } status)
        {
            return status;
        }
        if (bytes.IsEmpty)
        {
            return StreamStatus.Ok;
        }
        Taken += (ulong)bytes.Length;
        _pushing = Push(_pushing, bytes);
        return StreamStatus.Ok;
    }

    private async Task Push(Task before, ReadOnlyMemory<byte> bytes)
    {
        await before;
        await write(bytes);
    }

    /// <summary>Tells of a failure once; after it the stream is closed.</summary>
    private StreamStatus Settle()
    {
        if (_isClosed)
        {
            return StreamStatus.Closed;
        }
        if (!_pushing.IsCompleted || _pushing.IsCompletedSuccessfully)
        {
            return StreamStatus.Ok;
        }
        _isClosed = true;
        var failure = _pushing.Exception?.InnerException;
        return failure is null ? StreamStatus.Closed : StreamStatus.Failed(errorOf(failure));
    }
}
