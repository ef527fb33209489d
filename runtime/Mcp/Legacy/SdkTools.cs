using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Tapedeck.Mcp.Modern;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Legacy;

/// <summary>Lists and calls the catalogue's tools in the SDK's types.</summary>
internal sealed class SdkTools(LiveCatalogue live, ILogger log)
{
    private readonly ConditionalWeakTable<CatalogueEntry, Tool> _tools = [];

    internal ValueTask<ListToolsResult> ListAsync(RequestContext<ListToolsRequestParams> request)
    {
        string? after = null;
        if (request.Params?.Cursor is { } cursor && (after = Cursor.NameIn(cursor)) is null)
        {
            throw new McpProtocolException("Invalid params: cursor is not one that this server gave", McpErrorCode.InvalidParams);
        }
        var page = live.Current.EntriesAfter(after, out var last);
        return ValueTask.FromResult(new ListToolsResult
        {
            Tools = [.. page.Select(entry => _tools.GetValue(entry, ToTool))],
            NextCursor = last is null ? null : Cursor.After(last),
        });
    }

    internal async ValueTask<CallToolResult> CallAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        var parameters = request.Params;
        var entry = live.Current.Find(parameters.Name)
            ?? throw new McpProtocolException($"Unknown tool: {Quote.Short(parameters.Name)}", McpErrorCode.InvalidParams);
        var reporter = new SdkReporter(request);
        var caller = SessionCaller.Of(request.JsonRpcRequest);
        var context = new CallContext
        {
            Caller = caller.Name,
            ProtocolVersion = request.Server.NegotiatedProtocolVersion ?? Versions.NewestLegacy,
            Cancellation = cancellationToken,
            Exchange = (request.JsonRpcRequest.Context?.RelatedTransport as ExchangeTransport)?.Exchange,
            Trace = TraceOf(parameters.Meta, caller),
            Meta = Json(parameters.Meta),
            ClientCapabilities = Json(request.Server.ClientCapabilities),
            InputResponses = Json(parameters.InputResponses),
            RequestState = parameters.RequestState,
            Progress = parameters.ProgressToken is null ? null : reporter.ReportAsync,
            Log = reporter.LogAsync,
            LogThreshold = reporter.Threshold,
        };
        var reply = await ToolRunner.RunAsync(entry.Tool, SdkArguments.Of(request.JsonRpcRequest), context, log);
        cancellationToken.ThrowIfCancellationRequested();
        return reply switch
        {
            ToolResult result => ToResult(result),
            InputRequired input => throw ToException(input),
            ProtocolError error => throw ToException(error),
            _ => throw new OperationCanceledException(),
        };
    }

    private static Tool ToTool(CatalogueEntry entry) => Read<Tool>(entry.Encoded);

    private static CallToolResult ToResult(ToolResult result)
    {
        using var buffer = new PooledBuffer(result.Content.Length + result.StructuredContent.Length + result.Meta.Length + 128);
        buffer.Append("{"u8);
        ModernResults.AppendResult(buffer, result);
        if (!result.Meta.IsEmpty)
        {
            buffer.Append(",\"_meta\":"u8);
            buffer.Append(result.Meta.Span);
        }
        buffer.Append("}"u8);
        return Read<CallToolResult>(buffer.Written.Span);
    }

    private static InputRequiredException ToException(InputRequired input) => new(new InputRequiredResult
    {
        InputRequests = input.InputRequests.IsEmpty ? null : Read<Dictionary<string, InputRequest>>(input.InputRequests.Span),
        RequestState = input.RequestState,
    });

    private static McpProtocolException ToException(ProtocolError error) => new(error.Message, (McpErrorCode)error.Code);

    private static System.Diagnostics.ActivityContext TraceOf(JsonObject? meta, Caller caller) =>
        meta is not null && System.Diagnostics.ActivityContext.TryParse(TextOf(meta["traceparent"]), TextOf(meta["tracestate"]), isRemote: true, out var trace)
            ? trace
            : caller.Trace;

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static T Read<T>(ReadOnlySpan<byte> json) =>
        (T)JsonSerializer.Deserialize(json, McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(T)))!;

    private static byte[] Json<T>(T? value) where T : class =>
        value is null ? [] : JsonSerializer.SerializeToUtf8Bytes(value, McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(T)));
}
