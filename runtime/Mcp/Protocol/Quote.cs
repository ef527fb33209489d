using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tapedeck.Mcp.Protocol;

/// <summary>Text and JSON of others, made fit for messages of ours.</summary>
internal static class Quote
{
    private const int Longest = 128;
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A text that a client sent, short enough to be sent back.</summary>
    internal static string Short(string text) => text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest), "...");

    /// <summary>JSON on one line.</summary>
    internal static byte[] Json<T>(Action<Utf8JsonWriter, T> write, T state)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            write(writer, state);
        }
        return buffer.WrittenSpan.ToArray();
    }
}
