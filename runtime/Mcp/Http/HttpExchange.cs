using Microsoft.AspNetCore.Http;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Http;

/// <summary>
/// The response to a POST: JSON where the answer is all that there is, an event stream as soon as a notification comes before it.
/// <see href="https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#receiving-messages"/>
/// </summary>
internal sealed class HttpExchange(HttpContext context, CancellationToken stopping) : Exchange
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private bool _streaming;
    private bool _answered;

    internal override CancellationToken Cancelled { get; } = context.RequestAborted;

    internal override CancellationToken Stopping => stopping;

    internal override async ValueTask NotifyAsync(ReadOnlyMemory<byte> message)
    {
        await _turn.WaitAsync(Cancelled);
        try
        {
            if (_answered)
            {
                return;
            }
            BeginStream();
            EventStream.Write(context.Response.BodyWriter, message.Span);
            await context.Response.BodyWriter.FlushAsync(Cancelled);
        }
        finally
        {
            _turn.Release();
        }
    }

    internal override async ValueTask ReplyAsync(ReadOnlyMemory<byte> message, int status)
    {
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            if (_answered)
            {
                return;
            }
            _answered = true;
            if (_streaming)
            {
                EventStream.Write(context.Response.BodyWriter, message.Span);
            }
            else
            {
                JsonResponse.Write(context.Response, message.Span, status);
            }
            await context.Response.BodyWriter.FlushAsync(CancellationToken.None);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>As a stream, which may end without an answer; JSON may not.</summary>
    internal override async ValueTask EndAsync()
    {
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            if (!_answered)
            {
                _answered = true;
                BeginStream();
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Serves a request; while that takes its time, everyone on the way sees that the response lives.</summary>
    internal async ValueTask ServeAsync(ValueTask serving, TimeProvider time, TimeSpan keepAlive)
    {
        if (serving.IsCompleted)
        {
            await serving;
            return;
        }
        await using var silence = time.CreateTimer(static state => _ = ((HttpExchange)state!).KeepAliveAsync(), this, keepAlive, keepAlive);
        await serving;
    }

    /// <summary>Begins a stream before there is anything to say.</summary>
    internal async ValueTask BeginAsync()
    {
        await _turn.WaitAsync(Cancelled);
        try
        {
            BeginStream();
            await context.Response.BodyWriter.FlushAsync(Cancelled);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>From now on nothing is sent: the response belongs to the server again.</summary>
    internal async ValueTask CloseAsync()
    {
        await _turn.WaitAsync(CancellationToken.None);
        _answered = true;
        _turn.Release();
        Release();
    }

    private async Task KeepAliveAsync()
    {
        if (!await _turn.WaitAsync(TimeSpan.Zero))
        {
            // Something is being sent.
            return;
        }
        try
        {
            if (!_answered)
            {
                BeginStream();
                EventStream.WriteComment(context.Response.BodyWriter);
                await context.Response.BodyWriter.FlushAsync(Cancelled);
            }
        }
        catch (OperationCanceledException)
        {
            // The client went away, which whoever serves it learns by itself.
        }
        finally
        {
            _turn.Release();
        }
    }

    private void BeginStream()
    {
        if (!_streaming)
        {
            _streaming = true;
            EventStream.Begin(context);
        }
    }
}
