using Tapedeck.Wasi.Io;

namespace Tapedeck.Wasi.Http;

/// <summary>What <c>incoming-body</c> stands for: pulled from the connection no faster than the guest reads.</summary>
internal sealed class IncomingBody(HttpResponseMessage message, Stream content, RequestOptions timeouts, HttpExchange exchange) : IDisposable
{
    private Task<int> _pulling = Task.FromResult(0);
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
        // A read that is under way when the stream is dropped goes on: to break it off would be the end of the connection, and of the trailers.
        return new PulledInput((buffer, _) => new(_pulling = Pull(buffer)), Failures.Of, () => HasStream = false);
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
        await _pulling;
        var rest = new byte[InputStream.MostBytes];
        while (await Pull(rest) > 0)
        {
        }
        var trailers = IncomingResponse.Read(message.TrailingHeaders.NonValidated);
        return trailers.Entries.Count == 0 ? null : trailers;
    }

    private async Task<int> Pull(Memory<byte> buffer)
    {
        if (RequestOptions.Span(timeouts.BetweenBytes) is not { } timeout)
        {
            return await content.ReadAsync(buffer, exchange.Cancellation);
        }
        using var timer = new CancellationTokenSource(timeout, exchange.Time);
        using var all = CancellationTokenSource.CreateLinkedTokenSource(exchange.Cancellation, timer.Token);
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
