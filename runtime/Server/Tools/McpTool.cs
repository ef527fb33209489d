using System.Buffers;
using System.Text;
using System.Text.Json;
using Tapedeck.Mcp;
using Tapedeck.Server.Calls;
using Tapedeck.Server.Loading;

namespace Tapedeck.Server.Tools;

/// <summary>A function of a loaded tool as MCP knows it.</summary>
internal sealed class McpTool : ITool
{
    // What JSON-RPC, and so MCP, answers to the name of a tool that there is not.
    private const int InvalidParams = -32602;

    private readonly ServedFunction _function;
    private readonly LoadedTool _tool;

    internal McpTool(ServedFunction function, LoadedTool tool)
    {
        _function = function;
        _tool = tool;
        Declaration = new ToolDeclaration
        {
            Name = function.Name,
            Title = function.Override?.Title,
            Description = function.Description,
            InputSchema = function.InputSchema,
            OutputSchema = function.OutputSchema,
            Annotations = function.Override is not { } own ? null : new ToolAnnotations
            {
                Title = own.Title,
                ReadOnlyHint = own.ReadOnlyHint,
                DestructiveHint = own.DestructiveHint,
                IdempotentHint = own.IdempotentHint,
                OpenWorldHint = own.OpenWorldHint,
            },
        };
    }

    public ToolDeclaration Declaration { get; }

    public async ValueTask<ToolReply> CallAsync(ReadOnlyMemory<byte> arguments, CallContext context)
    {
        var outcome = await CallProgress.ReportAsync(_tool.CallAsync(_function, arguments, context), context, _tool.Time);
        context.Cancellation.ThrowIfCancellationRequested();
        return outcome.Failure switch
        {
            null => Succeeded(outcome),
            // As if the call had come a moment later.
            { Code: FailureCodes.Gone } gone => new ProtocolError(InvalidParams, $"Unknown tool: {gone.Message}"),
            var failure => Failed(failure),
        };
    }

    private static ToolResult Succeeded(CallOutcome outcome)
    {
        var structured = new byte[StructuredHead.Length + outcome.Json.Length + 1];
        StructuredHead.CopyTo(structured);
        outcome.Json.Span.CopyTo(structured.AsSpan(StructuredHead.Length));
        structured[^1] = (byte)'}';
        return new ToolResult { Content = Content(outcome.Json.Span, outcome.IsText), StructuredContent = structured };
    }

    private static ReadOnlySpan<byte> StructuredHead => "{\"result\":"u8;

    /// <summary>One block of text with the value: a text as it is, which is its own JSON already, anything else as JSON in a text.</summary>
    private static ReadOnlyMemory<byte> Content(ReadOnlySpan<byte> json, bool isText)
    {
        var buffer = new ArrayBufferWriter<byte>(json.Length + 64);
        buffer.Write("[{\"type\":\"text\",\"text\":"u8);
        if (isText)
        {
            buffer.Write(json);
        }
        else
        {
            using var writer = new Utf8JsonWriter(buffer, JsonResult.WriterOptions);
            writer.WriteStringValue(json);
        }
        buffer.Write("}]"u8);
        return buffer.WrittenMemory;
    }

    /// <summary>No structured content: clients would check it against the output schema.</summary>
    private static ToolResult Failed(CallFailure failure)
    {
        var text = new StringBuilder(failure.Message);
        foreach (var denial in failure.Denials)
        {
            text.Append("\nDenied by policy: ").Append(denial.Request).Append(" (").Append(denial.Capability).Append("): ").Append(denial.Why);
        }
        return new ToolResult
        {
            IsError = true,
            Content = ToolResult.Encode(text.ToString(), static (writer, text) => ToolResult.WriteText(writer, text)),
            Meta = MetaOf(failure),
        };
    }

    private static ReadOnlyMemory<byte> MetaOf(CallFailure failure)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, JsonResult.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("tapedeck.dev/error");
            writer.WriteString("code", failure.Code);
            writer.WriteString("message", failure.Message);
            if (!failure.Detail.IsEmpty)
            {
                writer.WritePropertyName("detail");
                writer.WriteRawValue(failure.Detail.Span, skipInputValidation: true);
            }
            if (!failure.Denials.IsEmpty)
            {
                Write(writer, failure.Denials);
            }
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, IEnumerable<Denial> denials)
    {
        writer.WriteStartArray("denied");
        foreach (var denial in denials)
        {
            writer.WriteStartObject();
            writer.WriteString("capability", denial.Capability);
            writer.WriteString("request", denial.Request);
            writer.WriteString("why", denial.Why);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
