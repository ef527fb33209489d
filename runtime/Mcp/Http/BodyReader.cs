using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Http;

/// <summary>Reads a request's body into memory of the pool, as it arrives, up to a limit.</summary>
internal static class BodyReader
{
    /// <summary>Memory for a body of a length that the client only claims.</summary>
    private const int MostUpFront = 64 << 10;

    /// <summary>Null where the body is longer than <paramref name="limit"/> bytes.</summary>
    /// <exception cref="IOException">The client went away.</exception>
    /// <exception cref="OperationCanceledException">The client went away.</exception>
    internal static async ValueTask<PooledBuffer?> ReadAsync(HttpContext context, int limit)
    {
        var length = context.Request.ContentLength;
        if (length > limit)
        {
            return null;
        }
        // The limit here is the one that counts, be it above or below the server's own.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = null;
        }
        var body = new PooledBuffer((int)Math.Min(length ?? 4096, MostUpFront) + 1);
        try
        {
            while (true)
            {
                var read = await context.Request.BodyReader.ReadAsync(context.RequestAborted);
                var tooLong = body.Length + read.Buffer.Length > limit;
                if (!tooLong)
                {
                    foreach (var segment in read.Buffer)
                    {
                        body.Append(segment.Span);
                    }
                }
                context.Request.BodyReader.AdvanceTo(read.Buffer.End);
                if (tooLong)
                {
                    body.Dispose();
                    return null;
                }
                if (read.IsCompleted)
                {
                    return body;
                }
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }
}
