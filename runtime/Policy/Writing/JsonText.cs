using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tapedeck.Policy.Reading;

namespace Tapedeck.Policy.Writing;

/// <summary>Writes nodes as JSON on one line: same nodes, same bytes.</summary>
public static class JsonText
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Default };

    public static string Write(Node node)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Options))
        {
            Write(writer, node);
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>No policy has one, but what only Kubernetes reads may, as the seconds of a toleration.</summary>
    private static bool IsNegative(ScalarNode plain) => plain.Value is ['-', > '0' and <= '9', ..] && (plain with { Value = plain.Value[1..] }).IsWholeNumber;

    private static void Write(Utf8JsonWriter writer, Node node)
    {
        switch (node)
        {
            case MappingNode mapping:
                writer.WriteStartObject();
                foreach (var (name, value) in mapping.Fields)
                {
                    writer.WritePropertyName(name.Value);
                    Write(writer, value);
                }
                writer.WriteEndObject();
                break;
            case SequenceNode sequence:
                writer.WriteStartArray();
                foreach (var item in sequence.Items)
                {
                    Write(writer, item);
                }
                writer.WriteEndArray();
                break;
            case ScalarNode { IsQuoted: false } plain when plain.IsNull:
                writer.WriteNullValue();
                break;
            case ScalarNode { IsQuoted: false } plain when plain.IsWholeNumber || IsNegative(plain) || plain.Truth is not null:
                writer.WriteRawValue(plain.Value);
                break;
            case ScalarNode scalar:
                writer.WriteStringValue(scalar.Value);
                break;
        }
    }
}
