namespace Tapedeck.Mcp.Http;

/// <summary>
/// Until when a message that has taken room has to have arrived, or to have grown so that it takes more: whoever sends byte by byte would keep the room from everybody else.
/// </summary>
internal sealed class BodyDeadline : IDisposable
{
    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenRegistration _aborted;
    private readonly TimeSpan _doubling;

    internal BodyDeadline(CancellationToken aborted, McpOptions options)
    {
        _doubling = options.Limits.Doubling;
        _over = new CancellationTokenSource(_doubling, options.Time);
        _aborted = aborted.UnsafeRegister(static over => ((CancellationTokenSource)over!).Cancel(), _over);
    }

    /// <summary>Fires when it is over, or the client is gone.</summary>
    internal CancellationToken Token => _over.Token;

    /// <summary>The message takes more room, which with each buffer that doubles is as many bytes again.</summary>
    internal void Renew() => _over.CancelAfter(_doubling);

    public void Dispose()
    {
        _aborted.Dispose();
        _over.Dispose();
    }
}
