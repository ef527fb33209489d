using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tapedeck.Mcp;

/// <summary>
/// The result of a call, <see href="https://modelcontextprotocol.io/specification/2026-07-28/server/tools#tool-result"/>. Its parts are JSON that
/// the tool has encoded; they go out as they are.
/// </summary>
public sealed class ToolResult : ToolReply
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A JSON array of content blocks.</summary>
    /// <exception cref="ArgumentException">Not an array.</exception>
    public required ReadOnlyMemory<byte> Content
    {
        get;
        init => field = value.IsEmpty ? throw new ArgumentException("an empty array is []", nameof(Content)) : Bracketed(value, '[', ']', nameof(Content));
    }

    /// <summary>Any JSON value; conforms to the output schema where there is one. Empty: none.</summary>
    public ReadOnlyMemory<byte> StructuredContent { get; init; }

    /// <summary>The tool failed, and the content says how, for the model to correct itself.</summary>
    public bool IsError { get; init; }

    /// <summary>A JSON object. Empty: none.</summary>
    /// <exception cref="ArgumentException">Not an object.</exception>
    public ReadOnlyMemory<byte> Meta { get; init => field = Bracketed(value, '{', '}', nameof(Meta)); }

    /// <summary>A result of one block of text.</summary>
    public static ToolResult Text(string text, bool isError = false) =>
        new() { Content = Encode(text, static (writer, text) => WriteText(writer, text)), IsError = isError };

    /// <summary>Encodes content blocks into what <see cref="Content"/> takes.</summary>
    public static ReadOnlyMemory<byte> Encode<T>(T state, Action<Utf8JsonWriter, T> writeBlocks)
    {
        ArgumentNullException.ThrowIfNull(writeBlocks);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            writer.WriteStartArray();
            writeBlocks(writer, state);
            writer.WriteEndArray();
        }
        return buffer.WrittenMemory;
    }

    /// <summary>Writes one block of text.</summary>
    public static void WriteText(Utf8JsonWriter writer, string text)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("type"u8, "text"u8);
        writer.WriteString("text"u8, text);
        writer.WriteEndObject();
    }
}
