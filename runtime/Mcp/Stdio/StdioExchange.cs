using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Stdio;

/// <summary>The way back to the client of one request, among others on the same stream.</summary>
internal sealed class StdioExchange(LineWriter writer, CancellationToken connectionEnds, CancellationToken stopping) : Exchange, IDisposable
{
    private readonly CancellationTokenSource _cancelled = CancellationTokenSource.CreateLinkedTokenSource(connectionEnds);
    private int _answered;

    internal override CancellationToken Cancelled => _cancelled.Token;

    internal override CancellationToken Stopping => stopping;

    internal override async ValueTask NotifyAsync(ReadOnlyMemory<byte> message)
    {
        if (Volatile.Read(ref _answered) == 0)
        {
            await writer.WriteAsync(message, connectionEnds);
        }
    }

    internal override async ValueTask ReplyAsync(ReadOnlyMemory<byte> message, int status)
    {
        if (Interlocked.Exchange(ref _answered, 1) == 0)
        {
            await writer.WriteAsync(message, connectionEnds);
        }
    }

    internal override ValueTask EndAsync()
    {
        Interlocked.Exchange(ref _answered, 1);
        return ValueTask.CompletedTask;
    }

    /// <summary>The client does not want the answer any more: it gets none, and nothing else for the request.</summary>
    internal void Cancel()
    {
        Interlocked.Exchange(ref _answered, 1);
        _cancelled.Cancel();
    }

    public void Dispose()
    {
        _cancelled.Dispose();
        Release();
    }
}
