using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Tapedeck.Mcp.Http;

/// <summary>Server-sent events, <see href="https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream"/>.</summary>
internal static class EventStream
{
    internal static void Begin(HttpContext context)
    {
        var response = context.Response;
        response.ContentType = Guards.EventStream;
        response.Headers.CacheControl = "no-cache, no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
    }

    /// <summary>Writes a message as an event. A line break can stand in JSON as white space only, where a space means the same.</summary>
    internal static void Write(IBufferWriter<byte> body, ReadOnlySpan<byte> message)
    {
        body.Write("event: message\ndata: "u8);
        while (message.IndexOfAny((byte)'\r', (byte)'\n') is var end and >= 0)
        {
            body.Write(message[..end]);
            body.Write(" "u8);
            message = message[(end + 1)..];
        }
        body.Write(message);
        body.Write("\n\n"u8);
    }

    internal static void WriteComment(IBufferWriter<byte> body) => body.Write(":\n\n"u8);
}
