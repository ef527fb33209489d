using System.Buffers;
using Microsoft.AspNetCore.Http;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Http;

/// <summary>A response of one message.</summary>
internal static class JsonResponse
{
    internal static void Write(HttpResponse response, ReadOnlySpan<byte> message, int status)
    {
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = message.Length;
        response.BodyWriter.Write(message);
    }

    /// <summary>Refuses a request of which no id is known.</summary>
    internal static async Task RefuseAsync(HttpResponse response, RpcError error)
    {
        using var message = Replies.Error([], error);
        Write(response, message.Written.Span, error.Status);
        await response.BodyWriter.FlushAsync(CancellationToken.None);
    }
}
