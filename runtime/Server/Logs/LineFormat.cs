using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Tapedeck.Server.Logs;

/// <summary>An event as one line of UTF-8.</summary>
/// <param name="isJson">An object of JSON for programs; otherwise a text for people.</param>
/// <param name="isColoured">Whether what is wrong has the colour of it, on a terminal.</param>
internal sealed class LineFormat(bool isJson, bool isColoured, TimeProvider time)
{
    // One line at a time on each thread, and the memory of a large one is not kept.
    private const int MostKept = 64 << 10;

    private static readonly JsonEncodedText Message = JsonEncodedText.Encode("Message");
    private static readonly SearchValues<byte> Controls = SearchValues.Create([.. Enumerable.Range(0, 32).Select(code => (byte)code), 127]);

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _line;

    [ThreadStatic]
    private static Utf8JsonWriter? _json;

    /// <summary>The line, which is good until the thread's next one.</summary>
    internal ReadOnlySpan<byte> Write<TState>(string category, LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = _line is { Capacity: <= MostKept } kept ? kept : _line = new ArrayBufferWriter<byte>(512);
        line.ResetWrittenCount();
        if (isJson)
        {
            WriteJson(line, category, level, id, state, exception, formatter(state, exception));
        }
        else
        {
            WriteText(line, category, level, id, exception, formatter(state, exception));
        }
        line.Write("\n"u8);
        return line.WrittenSpan;
    }

    private void WriteText(ArrayBufferWriter<byte> line, string category, LogLevel level, EventId id, Exception? exception, string message)
    {
        var colour = isColoured && level >= LogLevel.Warning;
        line.Write(colour ? level == LogLevel.Warning ? "\u001b[33m"u8 : "\u001b[31m"u8 : default);
        line.Write(Word(level));
        line.Write(colour ? "\u001b[0m"u8 : default);
        AppendShown(line, $": {category}[{id.Id}] {message}{(exception is null ? "" : $" {exception}")}");
    }

    /// <summary>Without line ends, and without what moves a terminal's cursor.</summary>
    private static void AppendShown(ArrayBufferWriter<byte> line, string text)
    {
        var room = line.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, room);
        for (var rest = room[..length]; rest.IndexOfAny(Controls) is var at and >= 0; rest = rest[(at + 1)..])
        {
            rest[at] = (byte)' ';
        }
        line.Advance(length);
    }

    private void WriteJson<TState>(ArrayBufferWriter<byte> line, string category, LogLevel level, EventId id, TState state, Exception? exception, string message)
    {
        var json = _json ??= new Utf8JsonWriter(line);
        json.Reset(line);
        json.WriteStartObject();
        json.WriteString("Timestamp"u8, time.GetUtcNow());
        json.WriteNumber("EventId"u8, id.Id);
        json.WriteString("LogLevel"u8, Name(level));
        json.WriteString("Category"u8, category);
        json.WriteString(Message, message);
        if (exception is not null)
        {
            json.WriteString("Exception"u8, exception.ToString());
        }
        if (state is IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            json.WriteStartObject("State"u8);
            for (var index = 0; index < values.Count; index++)
            {
                Write(json, values[index]);
            }
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.Flush();
    }

    private static void Write(Utf8JsonWriter json, KeyValuePair<string, object?> value)
    {
        json.WritePropertyName(value.Key);
        switch (value.Value)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            default:
                json.WriteStringValue(Convert.ToString(value.Value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static ReadOnlySpan<byte> Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce"u8,
        LogLevel.Debug => "dbug"u8,
        LogLevel.Information => "info"u8,
        LogLevel.Warning => "warn"u8,
        LogLevel.Error => "fail"u8,
        _ => "crit"u8,
    };

    private static ReadOnlySpan<byte> Name(LogLevel level) => level switch
    {
        LogLevel.Trace => "Trace"u8,
        LogLevel.Debug => "Debug"u8,
        LogLevel.Information => "Information"u8,
        LogLevel.Warning => "Warning"u8,
        LogLevel.Error => "Error"u8,
        _ => "Critical"u8,
    };
}
