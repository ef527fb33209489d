using System.Numerics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Http;

/// <summary>Reads a request's body into memory of the pool, as it arrives, up to a limit and as long as there is room for it and it does not keep that from others for
/// nothing.</summary>
internal static class BodyReader
{
    /// <returns>The body and what it has taken of the room, which its reader gives back; or why there is none, which has taken nothing.</returns>
    /// <exception cref="IOException">The client went away.</exception>
    /// <exception cref="OperationCanceledException">The client went away.</exception>
    internal static async ValueTask<(PooledBuffer? Body, long Taken, RpcError? Error)> ReadAsync(HttpContext context, McpOptions options)
    {
        var room = options.Room;
        var length = context.Request.ContentLength;
        if (length > MessageRoom.Free && length > room.Largest)
        {
            return (null, 0, TooLarge(context, room.Largest));
        }
        // The limit here is the one that counts, be it above or below the server's own.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = null;
        }
        // No memory for what a client only claims to send.
        var body = new PooledBuffer((int)Math.Min(length ?? 4096, MessageRoom.Free) + 1);
        var taken = 0L;
        var isRead = false;
        BodyDeadline? deadline = null;
        try
        {
            while (true)
            {
                var read = await context.Request.BodyReader.ReadAsync(deadline?.Token ?? context.RequestAborted);
                var more = body.Length + read.Buffer.Length;
                var before = taken;
                var error = more <= MessageRoom.Free ? null : Reserve(context, room, more, ref taken);
                if (taken > before)
                {
                    deadline ??= new BodyDeadline(context.RequestAborted, options);
                    deadline.Renew();
                }
                if (error is null)
                {
                    foreach (var segment in read.Buffer)
                    {
                        body.Append(segment.Span);
                    }
                }
                context.Request.BodyReader.AdvanceTo(read.Buffer.End);
                if (error is not null)
                {
                    return (null, 0, error);
                }
                if (read.IsCompleted)
                {
                    isRead = true;
                    return (body, taken, null);
                }
            }
        }
        catch (OperationCanceledException) when (deadline is not null && !context.RequestAborted.IsCancellationRequested)
        {
            Break(context);
            return (null, 0, RpcError.InvalidRequest("Too slow: a large message is to arrive without long breaks", StatusCodes.Status408RequestTimeout));
        }
        finally
        {
            deadline?.Dispose();
            if (!isRead)
            {
                body.Dispose();
                room.Return(taken);
            }
        }
    }

    /// <summary>Takes room for a body of so many bytes: its buffer, which doubles as it grows, and the index that the parser makes of it, which is as large.</summary>
    private static RpcError? Reserve(HttpContext context, MessageRoom room, long bytes, ref long taken)
    {
        if (2 * bytes <= taken)
        {
            return null;
        }
        var largest = room.Largest;
        if (bytes > largest)
        {
            return TooLarge(context, largest);
        }
        var needed = 2 * (long)BitOperations.RoundUpToPowerOf2((ulong)bytes);
        if (!room.TryTake(needed - taken))
        {
            Break(context).RetryAfter = "1";
            return RpcError.InvalidRequest("Too many large messages are being served; try again later", StatusCodes.Status503ServiceUnavailable);
        }
        taken = needed;
        return null;
    }

    private static RpcError TooLarge(HttpContext context, int largest)
    {
        Break(context);
        return RpcError.InvalidRequest($"Content too large: a message has at most {largest} bytes", StatusCodes.Status413PayloadTooLarge);
    }

    /// <summary>What is left of the body is not worth reading, so the connection cannot be used again.</summary>
    private static IHeaderDictionary Break(HttpContext context)
    {
        context.Response.Headers.Connection = "close";
        return context.Response.Headers;
    }
}
