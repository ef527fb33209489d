using System.Buffers;
using System.Text.Json;

namespace Tapedeck.Kube.Objects;

/// <summary>One way of writing a JSON value: no white space, the fields of objects in ordinal order. The same value gives the same bytes,
/// whatever order it was built in, so that hashes of it can be compared.</summary>
/// <remarks>Numbers keep their spelling: 1 and 1.0 are two values here.</remarks>
public static class CanonicalJson
{
    public static byte[] Write(JsonElement value)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            Write(writer, value);
        }
        return bytes.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var field in value.EnumerateObject().OrderBy(field => field.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(field.Name);
                    Write(writer, field.Value);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(writer, item);
                }
                writer.WriteEndArray();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
