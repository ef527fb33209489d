using Tapedeck.Wasi.Io;

namespace Tapedeck.Wasi.Http;

/// <summary>What <c>incoming-body</c> stands for: pulled from the connection no faster than the guest reads.</summary>
internal sealed class IncomingBody(HttpResponseMessage message, Stream content, RequestOptions timeouts, HttpExchange exchange) : IDisposable
{
    private bool _isTaken;
    private bool _isFinished;

    /// <summary>True while a stream of it is open: then it may neither be finished nor dropped.</summary>
    internal bool HasStream { get; private set; }

    /// <summary>Gives the stream, once.</summary>
    internal InputStream? TakeStream()
    {
        if (_isTaken)
        {
            return null;
        }
        _isTaken = HasStream = true;
        return new PulledInput(Pull, Failures.Of, () => HasStream = false);
    }

    /// <summary>Reads what is left of the body and then the trailers.</summary>
    internal FutureTrailers Finish()
    {
        _isFinished = true;
        return new FutureTrailers(ReadTrailers(), exchange);
    }

    public void Dispose()
    {
        if (!_isFinished)
        {
            exchange.Dispose();
        }
    }

    private async Task<Fields?> ReadTrailers()
    {
        var rest = new byte[InputStream.MostBytes];
        while (await Pull(rest, exchange.Cancellation) > 0)
        {
        }
        var trailers = IncomingResponse.Read(message.TrailingHeaders.NonValidated);
        return trailers.Entries.Count == 0 ? null : trailers;
    }

    private async ValueTask<int> Pull(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, exchange.Cancellation);
        if (RequestOptions.Span(timeouts.BetweenBytes) is not { } timeout)
        {
            return await content.ReadAsync(buffer, both.Token);
        }
        using var timer = new CancellationTokenSource(timeout, exchange.Time);
        using var all = CancellationTokenSource.CreateLinkedTokenSource(both.Token, timer.Token);
        try
        {
            return await content.ReadAsync(buffer, all.Token);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested)
        {
            throw new HttpFailure(HttpErrorCode.ConnectionReadTimeout);
        }
    }
}
