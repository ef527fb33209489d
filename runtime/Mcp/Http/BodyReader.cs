using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Http;

/// <summary>Reads a request's body into memory of the pool, as it arrives, up to a limit and as long as there is room for it and it does not keep that for nothing.</summary>
internal static class BodyReader
{
    /// <returns>The body and what it has taken of the room, which its reader gives back; or why there is none, which has taken nothing.</returns>
    /// <exception cref="IOException">The client went away.</exception>
    /// <exception cref="OperationCanceledException">The client went away.</exception>
    internal static async ValueTask<(PooledBuffer? Body, long Taken, RpcError? Error)> ReadAsync(HttpContext context, McpOptions options)
    {
        var length = context.Request.ContentLength ?? 4096;
        if (length > MessageRoom.Free && length > options.Room.Largest)
        {
            return (null, 0, LargeBody.TooLarge(context, options.Room.Largest));
        }
        LiftLimit(context);
        // No memory for what a client only claims to send.
        var body = new PooledBuffer((int)Math.Min(length, MessageRoom.Free) + 1);
        LargeBody? large = null;
        var isRead = false;
        try
        {
            while (true)
            {
                var read = await context.Request.BodyReader.ReadAsync(large?.Token ?? context.RequestAborted);
                var more = body.Length + read.Buffer.Length;
                var error = more <= MessageRoom.Free ? null : (large ??= new LargeBody(context, options)).Reserve(more);
                if (error is null)
                {
                    Append(body, read.Buffer);
                }
                context.Request.BodyReader.AdvanceTo(read.Buffer.End);
                if (error is not null)
                {
                    return (null, 0, error);
                }
                if (read.IsCompleted)
                {
                    isRead = true;
                    return (body, TakenBy(large), null);
                }
            }
        }
        catch (OperationCanceledException) when (large?.IsLate == true)
        {
            return (null, 0, large.TooLate());
        }
        finally
        {
            large?.Dispose();
            if (!isRead)
            {
                body.Dispose();
                options.Room.Return(TakenBy(large));
            }
        }
    }

    /// <summary>The limit here is the one that counts, be it above or below the server's own.</summary>
    private static void LiftLimit(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = null;
        }
    }

    private static long TakenBy(LargeBody? large) => large?.Taken ?? 0;

    private static void Append(PooledBuffer body, in ReadOnlySequence<byte> bytes)
    {
        foreach (var segment in bytes)
        {
            body.Append(segment.Span);
        }
    }
}
