using System.Diagnostics;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tapedeck.Mcp.Legacy;
using Tapedeck.Mcp.Modern;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Http;

/// <summary>
/// Streamable HTTP in both eras on one path: what a request says of itself decides which it is served in.
/// <see href="https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http"/>,
/// <see href="https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http"/>
/// </summary>
internal sealed class McpEndpoint
{
    private readonly McpOptions _options;
    private readonly ILogger _log;
    private readonly CancellationToken _stopping;
    private readonly ModernServer _modern;
    private readonly LegacyServer _legacy;
    private readonly SessionEndpoint? _sessions;

    internal McpEndpoint(McpOptions options, ILogger log, CancellationToken stopping)
    {
        _options = options;
        _log = log;
        _stopping = stopping;
        _modern = new ModernServer(options, log);
        _legacy = new LegacyServer(options, log);
        _sessions = options.Sessions ? new SessionEndpoint(options, log, stopping) : null;
    }

    internal async Task HandleAsync(HttpContext context)
    {
        try
        {
            var error = Guards.Caller(context, _options, out var caller) ?? await RouteAsync(context, caller);
            if (error is not null)
            {
                Log.Refused(_log, error.Status, error.Message);
                await JsonResponse.RefuseAsync(context.Response, error);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ConnectionAbortedException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The client went away: nobody is there to be told.
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await JsonResponse.RefuseAsync(context.Response, RpcError.InvalidRequest($"Bad request: {e.Message}", e.StatusCode));
        }
    }

    /// <returns>Why nothing was served, or null.</returns>
    private async Task<RpcError?> RouteAsync(HttpContext context, string caller)
    {
        if (HttpMethods.IsPost(context.Request.Method))
        {
            return Guards.Post(context.Request) ?? await PostAsync(context, caller);
        }
        if (_sessions is not null && context.Request.Headers[HeaderChecks.Version] != Versions.Modern)
        {
            if (HttpMethods.IsGet(context.Request.Method))
            {
                return Guards.Get(context.Request) ?? await _sessions.GetAsync(context, caller);
            }
            if (HttpMethods.IsDelete(context.Request.Method))
            {
                return await _sessions.DeleteAsync(context, caller);
            }
        }
        context.Response.Headers.Allow = _sessions is null ? "POST" : "POST, GET, DELETE";
        return RpcError.InvalidRequest($"Method not allowed: {Quote.Short(context.Request.Method)}", StatusCodes.Status405MethodNotAllowed);
    }

    private async Task<RpcError?> PostAsync(HttpContext context, string name)
    {
        var (read, taken, refusal) = await BodyReader.ReadAsync(context, _options);
        using var body = read;
        if (body is null)
        {
            return refusal;
        }
        var exchange = new HttpExchange(context, _stopping);
        try
        {
            using var message = Message.Read(body.Written, _options.Limits, out var error, out var id);
            Metadata metadata = default;
            if (message is not null)
            {
                error = Metadata.Read(message, out metadata);
            }
            error ??= await ServeAsync(context, message!, metadata, new Caller(name, TraceOf(context)), exchange);
            if (error is not null)
            {
                Log.Refused(_log, error.Status, error.Message);
                await exchange.RefuseAsync(message is null || message.Kind == MessageKind.Request ? id : default, error);
            }
            return null;
        }
        finally
        {
            await exchange.CloseAsync();
            if (taken > 0)
            {
                _options.Room.Return(taken);
            }
        }
    }

    /// <returns>Why the message was not served, or null.</returns>
    private async Task<RpcError?> ServeAsync(HttpContext context, Message message, Metadata metadata, Caller caller, HttpExchange exchange)
    {
        var version = context.Request.Headers[HeaderChecks.Version];
        var initialize = message.Method == Methods.Initialize && metadata.ProtocolVersion is null;
        if (!initialize && (metadata.IsModern(message) || version == Versions.Modern))
        {
            return await ServeModernAsync(context, message, metadata, caller, exchange);
        }
        if (!initialize && version.Count > 0 && !Versions.IsLegacy(version))
        {
            return RpcError.UnsupportedVersion(version.ToString());
        }
        if (_sessions is not null)
        {
            return await _sessions.PostAsync(context, message, caller, exchange);
        }
        switch (message.Kind)
        {
            case MessageKind.Request:
                var said = version.Count > 0 ? version.ToString() : Versions.Unsaid;
                await AliveAsync(exchange, _legacy.ServeAsync(message, metadata, said, caller, exchange));
                return null;
            case MessageKind.Notification:
                context.Response.StatusCode = StatusCodes.Status202Accepted;
                return null;
            default:
                return RpcError.InvalidRequest("Invalid request: this server asks nothing of its clients, so there is nothing to respond to");
        }
    }

    private async Task<RpcError?> ServeModernAsync(HttpContext context, Message message, Metadata metadata, Caller caller, HttpExchange exchange)
    {
        if (message.Kind == MessageKind.Response)
        {
            return RpcError.InvalidRequest("Invalid request: a client sends requests and notifications, no responses");
        }
        if (message.Kind == MessageKind.Notification)
        {
            // None is defined for HTTP: a client cancels by closing the stream.
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            return null;
        }
        var catalogue = _options.Catalogue.Current;
        var headers = context.Request.Headers;
        var error = HeaderChecks.CheckVersion(headers, metadata) ?? ModernServer.CheckMetadata(metadata) ?? HeaderChecks.Check(headers, message, catalogue);
        if (error is null)
        {
            await AliveAsync(exchange, _modern.ServeAsync(message, metadata, catalogue, caller, exchange));
        }
        return error;
    }

    private ValueTask AliveAsync(HttpExchange exchange, ValueTask serving) => exchange.ServeAsync(serving, _options.Time, _options.Limits.KeepAlive);

    private static ActivityContext TraceOf(HttpContext context)
    {
        var headers = context.Request.Headers;
        return headers.TraceParent.Count == 1 && ActivityContext.TryParse(headers.TraceParent, headers.TraceState, isRemote: true, out var trace) ? trace : default;
    }
}
