using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tapedeck.Mcp.Protocol;

/// <summary>Encodes <see href="https://modelcontextprotocol.io/specification/2026-07-28/schema#tool"/>, on one line.</summary>
internal static class ToolEncoder
{
    private const int LongestName = 128;
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    internal static byte[] Encode(ToolDeclaration tool)
    {
        CheckName(tool.Name);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, tool.Name);
            WriteText(writer, "title"u8, tool.Title);
            WriteText(writer, "description"u8, tool.Description);
            WriteObject(writer, "inputSchema", tool.InputSchema, tool.Name);
            if (!tool.OutputSchema.IsEmpty)
            {
                WriteObject(writer, "outputSchema", tool.OutputSchema, tool.Name);
            }
            WriteAnnotations(writer, tool.Annotations);
            if (!tool.Meta.IsEmpty)
            {
                WriteObject(writer, "_meta", tool.Meta, tool.Name);
            }
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void CheckName(string name)
    {
        if (name.Length is 0 or > LongestName || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'))
        {
            throw new ArgumentException($"'{name}' is not a tool's name: 1 to {LongestName} characters of A-Z a-z 0-9 _ - .", nameof(name));
        }
    }

    private static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    private static void WriteObject(Utf8JsonWriter writer, string name, ReadOnlyMemory<byte> json, string tool)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new ArgumentException($"tool '{tool}': {name} is not a JSON object", nameof(json));
            }
            writer.WritePropertyName(name);
            document.RootElement.WriteTo(writer);
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"tool '{tool}': {name} is not JSON: {e.Message}", nameof(json), e);
        }
    }

    private static void WriteAnnotations(Utf8JsonWriter writer, ToolAnnotations? annotations)
    {
        if (annotations is null)
        {
            return;
        }
        writer.WriteStartObject("annotations"u8);
        WriteText(writer, "title"u8, annotations.Title);
        WriteHint(writer, "readOnlyHint"u8, annotations.ReadOnlyHint);
        WriteHint(writer, "destructiveHint"u8, annotations.DestructiveHint);
        WriteHint(writer, "idempotentHint"u8, annotations.IdempotentHint);
        WriteHint(writer, "openWorldHint"u8, annotations.OpenWorldHint);
        writer.WriteEndObject();
    }

    private static void WriteHint(Utf8JsonWriter writer, ReadOnlySpan<byte> name, bool? hint)
    {
        if (hint is { } value)
        {
            writer.WriteBoolean(name, value);
        }
    }
}
