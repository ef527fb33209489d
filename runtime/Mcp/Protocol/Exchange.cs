namespace Tapedeck.Mcp.Protocol;

/// <summary>
/// The way back to the client of one request: notifications that belong to it, then one answer. What comes after the answer is dropped.
/// </summary>
internal abstract class Exchange
{
    private IDisposable? _kept;

    /// <summary>Fires when the client does not wait for the answer any more.</summary>
    internal abstract CancellationToken Cancelled { get; }

    /// <summary>Fires when the server ends. Only streams without an end of their own need to look at it.</summary>
    internal abstract CancellationToken Stopping { get; }

    /// <summary>Sends a notification before the answer. Any thread may call it; the message may be reused once the task has completed.</summary>
    internal abstract ValueTask NotifyAsync(ReadOnlyMemory<byte> message);

    /// <summary>Sends the answer.</summary>
    /// <param name="message">May be reused once the task has completed.</param>
    /// <param name="status">Of the HTTP response, where that has not begun.</param>
    internal abstract ValueTask ReplyAsync(ReadOnlyMemory<byte> message, int status);

    /// <summary>Ends without an answer: the client said that it wants none any more.</summary>
    internal abstract ValueTask EndAsync();

    /// <summary>Keeps something until the exchange is over; where it is over already, or keeps something else, it is disposed of at once.</summary>
    internal void Keep(IDisposable kept)
    {
        if (Interlocked.CompareExchange(ref _kept, kept, null) is not null)
        {
            kept.Dispose();
        }
    }

    /// <summary>The answer has been sent, or nobody waits for one any more.</summary>
    protected void Release() => Interlocked.Exchange(ref _kept, Over.Instance)?.Dispose();

    internal async ValueTask RefuseAsync(ReadOnlyMemory<byte> id, RpcError error)
    {
        using var message = Replies.Error(id.Span, error);
        await ReplyAsync(message.Written, error.Status);
    }

    private sealed class Over : IDisposable
    {
        internal static readonly Over Instance = new();

        public void Dispose()
        {
        }
    }
}
