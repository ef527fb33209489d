using System.Text.Json;

namespace Tapedeck.Mcp.Protocol;

/// <summary>Writes messages of ours around JSON that is there already.</summary>
internal static class Replies
{
    private const int Overhead = 512;

    /// <summary>Begins <c>{"jsonrpc":"2.0","id":ID,"result":{</c>; the caller adds members and two closing braces.</summary>
    internal static PooledBuffer Result(ReadOnlySpan<byte> id, int expected)
    {
        var buffer = new PooledBuffer(Overhead + id.Length + expected);
        buffer.Append("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        buffer.Append(id);
        buffer.Append(",\"result\":{"u8);
        return buffer;
    }

    /// <param name="id">Empty: it could not be read, and is left out.</param>
    internal static PooledBuffer Error(ReadOnlySpan<byte> id, RpcError error)
    {
        var buffer = new PooledBuffer(Overhead + error.Data.Length);
        buffer.Append("{\"jsonrpc\":\"2.0\","u8);
        if (!id.IsEmpty)
        {
            buffer.Append("\"id\":"u8);
            buffer.Append(id);
            buffer.Append(","u8);
        }
        buffer.Append("\"error\":"u8);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("code"u8, error.Code);
            writer.WriteString("message"u8, error.Message);
            if (!error.Data.IsEmpty)
            {
                writer.WritePropertyName("data"u8);
                writer.WriteRawValue(error.Data.Span, skipInputValidation: true);
            }
            writer.WriteEndObject();
        }
        buffer.Append("}"u8);
        return buffer;
    }

    /// <summary><see href="https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/progress"/></summary>
    internal static PooledBuffer Progress(ReadOnlySpan<byte> token, ProgressReport report)
    {
        var buffer = new PooledBuffer(Overhead);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            BeginNotification(writer, "notifications/progress"u8);
            writer.WritePropertyName("progressToken"u8);
            writer.WriteRawValue(token, skipInputValidation: true);
            writer.WriteNumber("progress"u8, report.Progress);
            if (report.Total is { } total)
            {
                writer.WriteNumber("total"u8, total);
            }
            if (report.Message is { } message)
            {
                writer.WriteString("message"u8, message);
            }
            EndNotification(writer);
        }
        return buffer;
    }

    /// <summary><see href="https://modelcontextprotocol.io/specification/2026-07-28/server/utilities/logging"/></summary>
    internal static PooledBuffer Log(LogEntry entry)
    {
        var buffer = new PooledBuffer(Overhead + entry.Data.Length);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            BeginNotification(writer, "notifications/message"u8);
            writer.WriteString("level"u8, Metadata.Name(entry.Severity));
            if (entry.Logger is { } logger)
            {
                writer.WriteString("logger"u8, logger);
            }
            writer.WritePropertyName("data"u8);
            writer.WriteRawValue(entry.Data.Span, skipInputValidation: true);
            EndNotification(writer);
        }
        return buffer;
    }

    internal static void BeginNotification(Utf8JsonWriter writer, ReadOnlySpan<byte> method)
    {
        writer.WriteStartObject();
        writer.WriteString("jsonrpc"u8, "2.0"u8);
        writer.WriteString("method"u8, method);
        writer.WriteStartObject("params"u8);
    }

    internal static void EndNotification(Utf8JsonWriter writer)
    {
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
