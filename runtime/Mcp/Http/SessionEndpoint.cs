using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;
using Tapedeck.Mcp.Legacy;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Http;

/// <summary>
/// Streamable HTTP with sessions, <see href="https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management"/>.
/// </summary>
internal sealed class SessionEndpoint
{
    private const string Header = "Mcp-Session-Id";

    private readonly SessionTable _table;
    private readonly McpOptions _options;
    private readonly CancellationToken _stopping;
    private int _streams;

    internal SessionEndpoint(McpOptions options, ILogger log, CancellationToken stopping)
    {
        _options = options;
        _stopping = stopping;
        _table = new SessionTable(options, log);
        stopping.UnsafeRegister(static table => ((SessionTable)table!).Dispose(), _table);
    }

    internal async Task<RpcError?> PostAsync(HttpContext context, Message message, Caller caller, HttpExchange exchange)
    {
        var begins = message is { Method: Methods.Initialize, Kind: MessageKind.Request };
        Session? session = null;
        var error = begins ? null : Find(context, caller.Name, out session);
        error ??= SessionChecks.Check(message, _options.Catalogue.Current);
        if (begins)
        {
            error ??= Begin(context, caller.Name, out session);
        }
        if (error is not null)
        {
            return error;
        }
        if (SdkMessages.Read(message) is not { } read)
        {
            return RpcError.InvalidRequest("Invalid request");
        }
        if (begins)
        {
            context.Response.Headers[Header] = session!.SessionId;
        }
        else if (read is not JsonRpcRequest)
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }
        var posted = session!.PostAsync(read, caller, exchange);
        await exchange.ServeAsync(new ValueTask(posted), _options.Time, _options.Limits.KeepAlive);
        if (message.Kind == MessageKind.Request)
        {
            // Does nothing where there was an answer.
            await exchange.RefuseAsync(message.Id, RpcError.InvalidRequest("The session ended", StatusCodes.Status404NotFound));
        }
        if (begins && !await posted)
        {
            await _table.EndAsync(session);
        }
        return null;
    }

    /// <summary>A stream for messages that belong to no request.</summary>
    internal async Task<RpcError?> GetAsync(HttpContext context, string caller)
    {
        if (Find(context, caller, out var session) is { } error)
        {
            return error;
        }
        if (Interlocked.Increment(ref _streams) > _options.Limits.Streams)
        {
            Interlocked.Decrement(ref _streams);
            return RpcError.InvalidRequest("Too many streams are open; try again later", StatusCodes.Status503ServiceUnavailable);
        }
        var exchange = new HttpExchange(context, _stopping);
        try
        {
            await exchange.BeginAsync();
            await exchange.ServeAsync(new ValueTask(session!.StreamAsync(exchange)), _options.Time, _options.Limits.KeepAlive);
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref _streams);
            await exchange.CloseAsync();
        }
    }

    internal async Task<RpcError?> DeleteAsync(HttpContext context, string caller)
    {
        if (Find(context, caller, out var session) is { } error)
        {
            return error;
        }
        await _table.EndAsync(session!);
        return null;
    }

    private RpcError? Begin(HttpContext context, string caller, out Session? session)
    {
        session = null;
        if (context.Request.Headers.ContainsKey(Header))
        {
            return RpcError.InvalidRequest($"Bad request: initialize begins a session, so it has no {Header} header");
        }
        session = _table.Begin(caller);
        return session is null
            ? RpcError.InvalidRequest("Too many sessions; try again later", StatusCodes.Status503ServiceUnavailable)
            : null;
    }

    private RpcError? Find(HttpContext context, string caller, out Session? session)
    {
        session = null;
        var id = context.Request.Headers[Header];
        if (id.Count != 1 || id[0] is not { } value)
        {
            return RpcError.InvalidRequest($"Bad request: the {Header} header is missing; a session begins with initialize");
        }
        session = _table.Find(value, caller);
        return session is null ? RpcError.InvalidRequest("Session not found: begin another with initialize", StatusCodes.Status404NotFound) : null;
    }
}
