using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Tapedeck.Mcp.Protocol;

/// <summary>The parameters of <c>tools/call</c>, and the call itself; the same in every era.</summary>
internal readonly struct ToolCall
{
    private static readonly byte[] NoArguments = [(byte)'{', (byte)'}'];

    private readonly Message _message;
    private readonly JsonElement _inputResponses;
    private readonly string? _requestState;

    private ToolCall(Message message, CatalogueEntry entry, JsonElement arguments, JsonElement inputResponses, string? requestState)
    {
        _message = message;
        Entry = entry;
        Arguments = arguments;
        _inputResponses = inputResponses;
        _requestState = requestState;
    }

    internal CatalogueEntry Entry { get; }

    /// <summary>An object, or undefined.</summary>
    internal JsonElement Arguments { get; }

    internal static RpcError? Read(Message message, Catalogue catalogue, out ToolCall call)
    {
        call = default;
        if (message.Params.ValueKind != JsonValueKind.Object)
        {
            return RpcError.InvalidParams("Invalid params: tools/call needs params with a name");
        }
        JsonElement name = default, arguments = default, inputResponses = default, requestState = default;
        foreach (var member in message.Params.EnumerateObject())
        {
            if (member.NameEquals("name"u8))
            {
                name = member.Value;
            }
            else if (member.NameEquals("arguments"u8))
            {
                arguments = member.Value;
            }
            else if (member.NameEquals("inputResponses"u8))
            {
                inputResponses = member.Value;
            }
            else if (member.NameEquals("requestState"u8))
            {
                requestState = member.Value;
            }
        }
        if (Misshapen(name, arguments, inputResponses, requestState) is { } expected)
        {
            return RpcError.InvalidParams($"Invalid params: {expected}");
        }
        var tool = name.GetString()!;
        if (catalogue.Find(tool) is not { } entry)
        {
            return RpcError.InvalidParams($"Unknown tool: {Quote.Short(tool)}", status: 200);
        }
        call = new ToolCall(message, entry, arguments, inputResponses, requestState.ValueKind == JsonValueKind.String ? requestState.GetString() : null);
        return null;
    }

    /// <summary>Calls the tool. Null: nobody waits for the answer any more.</summary>
    internal async ValueTask<ToolReply?> InvokeAsync(Metadata metadata, string version, Caller caller, Exchange exchange, ILogger log)
    {
        var arguments = Arguments.ValueKind == JsonValueKind.Undefined ? NoArguments : _message.Raw(Arguments);
        var reporter = metadata.ProgressToken.IsEmpty && metadata.LogLevel is null ? null : new CallReporter(exchange, metadata.ProgressToken);
        var context = new CallContext
        {
            Caller = caller.Name,
            ProtocolVersion = version,
            Cancellation = exchange.Cancelled,
            Exchange = exchange,
            Trace = metadata.TraceOr(caller.Trace),
            Meta = _message.Raw(_message.Meta),
            ClientCapabilities = _message.Raw(metadata.ClientCapabilities),
            InputResponses = _message.Raw(_inputResponses),
            RequestState = _requestState,
            Progress = metadata.ProgressToken.IsEmpty ? null : reporter!.ReportAsync,
            Log = metadata.LogLevel is null ? null : reporter!.LogAsync,
            LogThreshold = metadata.LogLevel.GetValueOrDefault(),
        };
        return await ToolRunner.RunAsync(Entry.Tool, arguments, context, log);
    }

    private static string? Misshapen(JsonElement name, JsonElement arguments, JsonElement inputResponses, JsonElement requestState)
    {
        if (name.ValueKind != JsonValueKind.String)
        {
            return "name is a string";
        }
        if (arguments.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Object))
        {
            return "arguments is an object";
        }
        if (inputResponses.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Object))
        {
            return "inputResponses is an object";
        }
        return requestState.ValueKind is JsonValueKind.Undefined or JsonValueKind.String ? null : "requestState is a string";
    }
}
