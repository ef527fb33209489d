using Microsoft.Extensions.Logging;
using Tapedeck.Mcp.Legacy;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Modern;

/// <summary>
/// Serves requests of revision 2026-07-28, each by itself: everything that is needed stands in the request. No reflection, no object per JSON value.
/// </summary>
internal sealed class ModernServer(McpOptions options, ILogger log)
{
    private readonly ModernResults _results = new(options);
    private readonly Subscriptions _subscriptions = new(options);

    /// <summary>What a request must say of itself in <c>_meta</c>.</summary>
    internal static RpcError? CheckMetadata(in Metadata metadata)
    {
        if (metadata.ProtocolVersion is null)
        {
            return RpcError.InvalidParams("Invalid params: _meta[\"io.modelcontextprotocol/protocolVersion\"] is missing");
        }
        if (metadata.ProtocolVersion != Versions.Modern)
        {
            return RpcError.UnsupportedVersion(metadata.ProtocolVersion);
        }
        return metadata.ClientCapabilities.ValueKind == System.Text.Json.JsonValueKind.Undefined
            ? RpcError.InvalidParams("Invalid params: _meta[\"io.modelcontextprotocol/clientCapabilities\"] is missing")
            : null;
    }

    /// <summary>Answers a request whose metadata has been checked.</summary>
    internal ValueTask ServeAsync(Message message, Metadata metadata, Catalogue catalogue, Caller caller, Exchange exchange) => message.Method switch
    {
        Methods.CallTool => CallToolAsync(message, metadata, catalogue, caller, exchange),
        Methods.ListTools => ListToolsAsync(message, catalogue, exchange),
        Methods.Discover => DiscoverAsync(message, exchange),
        Methods.Listen => _subscriptions.ListenAsync(message, exchange),
        _ when options.Extras?.Serves(message.Method) == true => new ValueTask(SdkExchange.RunAsync(message, options, caller, exchange, log)),
        _ => exchange.RefuseAsync(message.Id, RpcError.MethodNotFound(message.Method)),
    };

    private async ValueTask CallToolAsync(Message message, Metadata metadata, Catalogue catalogue, Caller caller, Exchange exchange)
    {
        if (ToolCall.Read(message, catalogue, out var call) is { } error)
        {
            await exchange.RefuseAsync(message.Id, error);
            return;
        }
        switch (await call.InvokeAsync(metadata, Versions.Modern, caller, exchange, log))
        {
            case ToolResult result:
                await ReplyAsync(exchange, _results.Of(message.Id.Span, result));
                break;
            case InputRequired input:
                await ReplyAsync(exchange, _results.Of(message.Id.Span, input));
                break;
            case ProtocolError refusal:
                await exchange.RefuseAsync(message.Id, RpcError.Of(refusal));
                break;
        }
    }

    private async ValueTask ListToolsAsync(Message message, Catalogue catalogue, Exchange exchange)
    {
        if (ListParams.Read(message, out var after) is { } error)
        {
            await exchange.RefuseAsync(message.Id, error);
            return;
        }
        await ReplyAsync(exchange, _results.Of(message.Id.Span, catalogue.PageAfter(after)));
    }

    private ValueTask DiscoverAsync(Message message, Exchange exchange) => ReplyAsync(exchange, _results.Discover(message.Id.Span));

    private static async ValueTask ReplyAsync(Exchange exchange, PooledBuffer message)
    {
        using (message)
        {
            await exchange.ReplyAsync(message.Written, status: 200);
        }
    }
}
