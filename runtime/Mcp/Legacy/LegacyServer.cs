using System.Text.Json;
using Microsoft.Extensions.Logging;
using Tapedeck.Mcp.Modern;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Legacy;

/// <summary>
/// Serves requests of revision 2025-11-25 and before without a session, each by itself, so that any replica answers. What needs a session is not
/// offered: list changes, logging, requests to the client.
/// </summary>
internal sealed class LegacyServer(McpOptions options, ILogger log)
{
    private readonly byte[] _description = Describe(options.Identity)[1..^1];

    internal ValueTask ServeAsync(Message message, Metadata metadata, string version, Caller caller, Exchange exchange) => message.Method switch
    {
        Methods.CallTool => CallToolAsync(message, metadata, version, caller, exchange),
        Methods.ListTools => ListToolsAsync(message, exchange),
        Methods.Initialize => InitializeAsync(message, exchange),
        Methods.Ping => ReplyAsync(exchange, Replies.Result(message.Id.Span, 0)),
        _ => RefuseAsync(message, exchange, RpcError.MethodNotFound(message.Method)),
    };

    /// <summary><see href="https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#version-negotiation"/></summary>
    private ValueTask InitializeAsync(Message message, Exchange exchange)
    {
        if (message.Params.ValueKind != JsonValueKind.Object || !message.Params.TryGetProperty("protocolVersion"u8, out var asked)
            || asked.ValueKind != JsonValueKind.String)
        {
            return RefuseAsync(message, exchange, RpcError.InvalidParams("Invalid params: protocolVersion is a string"));
        }
        var version = asked.GetString()!;
        var buffer = Replies.Result(message.Id.Span, _description.Length + 64);
        buffer.Append("\"protocolVersion\":\""u8);
        buffer.Append(System.Text.Encoding.ASCII.GetBytes(Versions.IsLegacy(version) ? version : Versions.NewestLegacy));
        buffer.Append("\","u8);
        buffer.Append(_description);
        return ReplyAsync(exchange, buffer);
    }

    private async ValueTask ListToolsAsync(Message message, Exchange exchange)
    {
        if (ListParams.Read(message, out var after) is { } error)
        {
            await RefuseAsync(message, exchange, error);
            return;
        }
        var page = options.Catalogue.Current.PageAfter(after);
        var buffer = Replies.Result(message.Id.Span, page.Tools.Length + 64);
        ModernResults.AppendPage(buffer, page);
        await ReplyAsync(exchange, buffer);
    }

    private async ValueTask CallToolAsync(Message message, Metadata metadata, string version, Caller caller, Exchange exchange)
    {
        if (ToolCall.Read(message, options.Catalogue.Current, out var call) is { } error)
        {
            await RefuseAsync(message, exchange, error);
            return;
        }
        switch (await call.InvokeAsync(metadata, version, caller, exchange, log))
        {
            case ToolResult result:
                await ReplyAsync(exchange, Result(message.Id.Span, result));
                break;
            case InputRequired:
                await ReplyAsync(exchange, Result(message.Id.Span, NeedsInput));
                break;
            case ProtocolError refusal:
                await RefuseAsync(message, exchange, RpcError.Of(refusal));
                break;
        }
    }

    private static readonly ToolResult NeedsInput = ToolResult.Text(
        "The tool needs an answer of the user first, which a client of this protocol version can give in a session only.", isError: true);

    private static PooledBuffer Result(ReadOnlySpan<byte> id, ToolResult result)
    {
        var buffer = Replies.Result(id, result.Content.Length + result.StructuredContent.Length + result.Meta.Length + 64);
        ModernResults.AppendResult(buffer, result);
        if (!result.Meta.IsEmpty)
        {
            buffer.Append(",\"_meta\":"u8);
            buffer.Append(result.Meta.Span);
        }
        return buffer;
    }

    /// <summary>Clients of this era look for a JSON-RPC error in a successful response only.</summary>
    private static ValueTask RefuseAsync(Message message, Exchange exchange, RpcError error) =>
        exchange.RefuseAsync(message.Id, error with { Status = 200 });

    private static async ValueTask ReplyAsync(Exchange exchange, PooledBuffer message)
    {
        using (message)
        {
            message.Append("}}"u8);
            await exchange.ReplyAsync(message.Written, status: 200);
        }
    }

    private static byte[] Describe(ServerIdentity identity) => Quote.Json(static (writer, identity) =>
    {
        writer.WriteStartObject();
        writer.WriteStartObject("capabilities"u8);
        writer.WriteStartObject("tools"u8);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WritePropertyName("serverInfo"u8);
        ModernResults.WriteServerInfo(writer, identity);
        if (identity.Instructions is { } instructions)
        {
            writer.WriteString("instructions"u8, instructions);
        }
        writer.WriteEndObject();
    }, identity);
}
