using System.Text.Json;

namespace Tapedeck.Mcp.Fixture;

/// <summary>One tool for each kind of content, and one for each thing that can be told before the result.</summary>
internal static class ContentTools
{
    private const string Schema202012 = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "type": "object",
          "$defs": {
            "address": {
              "$anchor": "addressDef",
              "type": "object",
              "properties": { "street": { "type": "string" }, "city": { "type": "string" } }
            }
          },
          "properties": {
            "name": { "type": "string" },
            "address": { "$ref": "#/$defs/address" },
            "contactMethod": { "type": "string", "enum": ["phone", "email"] },
            "phone": { "type": "string" },
            "email": { "type": "string" }
          },
          "allOf": [{ "anyOf": [{ "required": ["phone"] }, { "required": ["email"] }] }],
          "if": { "properties": { "contactMethod": { "const": "phone" } }, "required": ["contactMethod"] },
          "then": { "required": ["phone"] },
          "else": { "required": ["email"] },
          "additionalProperties": false
        }
        """;

    private const string HeaderSchema = """
        {
          "type": "object",
          "properties": { "region": { "type": "string", "x-mcp-header": "Region" }, "query": { "type": "string" } },
          "required": ["region"]
        }
        """;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    internal static IEnumerable<ITool> All(TimeProvider time) =>
    [
        new FixtureTool("test_simple_text", "Answers with a text", static _ => ToolResult.Text("This is a simple text response for testing.")),
        new FixtureTool("test_image_content", "Answers with an image", static _ => Blocks(static writer => WriteMedia(writer, "image", Samples.Png, "image/png"))),
        new FixtureTool("test_audio_content", "Answers with a sound", static _ => Blocks(static writer => WriteMedia(writer, "audio", Samples.Wav, "audio/wav"))),
        new FixtureTool("test_embedded_resource", "Answers with a resource", static _ => Blocks(static writer =>
            WriteResource(writer, "test://embedded-resource", "text/plain", "This is an embedded resource content."))),
        new FixtureTool("test_multiple_content_types", "Answers with a text, an image and a resource", static _ => Blocks(static writer =>
        {
            ToolResult.WriteText(writer, "Multiple content types test:");
            WriteMedia(writer, "image", Samples.Png, "image/png");
            WriteResource(writer, "test://mixed-content-resource", "application/json", """{"test":"data","value":123}""");
        })),
        new FixtureTool("test_error_handling", "Fails", static _ => ToolResult.Text("This tool intentionally returns an error for testing", isError: true)),
        new FixtureTool("test_tool_with_progress", "Reports progress", (_, context) => ProgressAsync(context, time)),
        new FixtureTool("test_tool_with_logging", "Writes a log", (_, context) => LogAsync(context, time)),
        new FixtureTool("json_schema_2020_12_tool", "Has a schema of JSON Schema 2020-12", static (_, _) => Text("The schema came through."), Schema202012),
        new FixtureTool("test_header_parameter", "Has a parameter that clients repeat in a header", static (_, _) => Text("The header matched."), HeaderSchema),
    ];

    private static ValueTask<ToolReply> Text(string text) => ValueTask.FromResult<ToolReply>(ToolResult.Text(text));

    private static async ValueTask<ToolReply> ProgressAsync(CallContext context, TimeProvider time)
    {
        await context.ReportProgressAsync(new ProgressReport(0, 100));
        await Task.Delay(Pause, time, context.Cancellation);
        await context.ReportProgressAsync(new ProgressReport(50, 100));
        await Task.Delay(Pause, time, context.Cancellation);
        await context.ReportProgressAsync(new ProgressReport(100, 100));
        return ToolResult.Text(context.WantsProgress ? "Progress was reported." : "No progress was asked for.");
    }

    private static async ValueTask<ToolReply> LogAsync(CallContext context, TimeProvider time)
    {
        foreach (var line in (string[])["Tool execution started", "Tool processing data", "Tool execution completed"])
        {
            await context.LogAsync(new LogEntry(LogSeverity.Info, JsonSerializer.SerializeToUtf8Bytes(line), "conformance"));
            await Task.Delay(Pause, time, context.Cancellation);
        }
        return ToolResult.Text("Tool with logging executed successfully");
    }

    private static ToolResult Blocks(Action<Utf8JsonWriter> write) => new() { Content = ToolResult.Encode(write, static (writer, write) => write(writer)) };

    private static void WriteMedia(Utf8JsonWriter writer, string type, string data, string mimeType)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, type);
        writer.WriteString("data"u8, data);
        writer.WriteString("mimeType"u8, mimeType);
        writer.WriteEndObject();
    }

    private static void WriteResource(Utf8JsonWriter writer, string uri, string mimeType, string text)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "resource"u8);
        writer.WriteStartObject("resource"u8);
        writer.WriteString("uri"u8, uri);
        writer.WriteString("mimeType"u8, mimeType);
        writer.WriteString("text"u8, text);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
