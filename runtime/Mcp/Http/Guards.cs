using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Http;

/// <summary>What is refused before a byte of the body is read, in this order.</summary>
internal static class Guards
{
    private const string Json = "application/json";
    internal const string EventStream = "text/event-stream";

    /// <summary>Names that a browser reached us under, against DNS rebinding; then the token.</summary>
    internal static RpcError? Caller(HttpContext context, McpOptions options, out string caller)
    {
        var request = context.Request;
        caller = CallContext.Anonymous;
        if (!options.AllowedHosts.AllowsHost(request.Host.Value))
        {
            return RpcError.InvalidRequest("Forbidden: the Host header names a host that is not allowed here; whoever starts the server names those that are (--allowed-host)", StatusCodes.Status403Forbidden);
        }
        var origin = request.Headers.Origin;
        if (origin.Count > 1 || (origin.Count == 1 && !options.AllowedHosts.AllowsOrigin(origin[0])))
        {
            return RpcError.InvalidRequest("Forbidden: the Origin header names a host that is not allowed here; whoever starts the server names those that are (--allowed-host)", StatusCodes.Status403Forbidden);
        }
        if (options.BearerToken is not { } token)
        {
            return null;
        }
        var authorization = request.Headers.Authorization;
        if (authorization.Count != 1 || !token.Accepts(authorization[0]))
        {
            context.Response.Headers.WWWAuthenticate = authorization.Count == 0 ? "Bearer" : "Bearer error=\"invalid_token\"";
            return RpcError.InvalidRequest("Unauthorized: send the bearer token in the Authorization header", StatusCodes.Status401Unauthorized);
        }
        caller = BearerToken.Caller;
        return null;
    }

    /// <summary>The headers of a POST.</summary>
    internal static RpcError? Post(HttpRequest request)
    {
        if (!IsJson(request.ContentType) || request.Headers.ContentEncoding.Count > 0)
        {
            return RpcError.InvalidRequest("Unsupported media type: the body is application/json in UTF-8, not compressed",
                StatusCodes.Status415UnsupportedMediaType);
        }
        return Accepts(request, Json) && Accepts(request, EventStream)
            ? null
            : RpcError.InvalidRequest("Not acceptable: the Accept header lists both application/json and text/event-stream",
                StatusCodes.Status406NotAcceptable);
    }

    /// <summary>The headers of a GET.</summary>
    internal static RpcError? Get(HttpRequest request) => Accepts(request, EventStream)
        ? null
        : RpcError.InvalidRequest("Not acceptable: the Accept header lists text/event-stream", StatusCodes.Status406NotAcceptable);

    private static bool IsJson(string? contentType)
    {
        if (contentType is Json)
        {
            return true;
        }
        return MediaTypeHeaderValue.TryParse(contentType, out var type)
            && type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
                || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));
    }

    private static bool Accepts(HttpRequest request, string mediaType)
    {
        var accept = request.Headers.Accept;
        // What the SDKs send.
        if (accept.Count == 1 && accept[0] is $"{Json}, {EventStream}" or $"{EventStream}, {Json}" or "*/*")
        {
            return true;
        }
        return MediaTypeHeaderValue.TryParseList(accept, out var ranges)
            && ranges.Any(range => range.Quality is not 0 && new MediaTypeHeaderValue(mediaType).IsSubsetOf(WithoutParameters(range)));
    }

    private static MediaTypeHeaderValue WithoutParameters(MediaTypeHeaderValue range) => new(range.MediaType);
}
