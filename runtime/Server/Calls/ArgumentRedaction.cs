using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Tapedeck.Server.Calls;

/// <summary>
/// Writes the arguments of a call for an audit event: without the values of properties that a rule names, and short. A rule is the name of a property at any depth,
/// in any case, where <c>*</c> stands for any characters. <see cref="Always"/> is in force whatever else is.
/// </summary>
internal sealed class ArgumentRedaction(IEnumerable<string> rules)
{
    internal const string Redacted = "[redacted]";
    internal const int MostTextCharacters = 256;
    internal const int MostCharacters = 4_096;

    /// <summary>What nobody means to write down.</summary>
    internal static readonly string[] Always =
        ["*password*", "*passwd*", "*passphrase*", "*secret*", "*token*", "*credential*", "*authorization*", "*cookie*", "*api?key*", "*apikey*", "*private?key*", "*privatekey*"];

    private readonly string[] _rules = [.. Always.Concat(rules).Select(rule => rule.ToUpperInvariant())];

    /// <param name="arguments">A JSON object, which was read before.</param>
    internal string Write(ReadOnlySpan<byte> arguments)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var reader = new Utf8JsonReader(arguments);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            try
            {
                // What is beyond the cap is not looked at either.
                while (reader.Read() && writer.BytesPending + writer.BytesCommitted < MostCharacters)
                {
                    Copy(ref reader, writer);
                }
            }
            catch (JsonException)
            {
                // A call whose arguments are no JSON has failed, and its event says so.
                return Redacted;
            }
        }
        return Cut(Encoding.UTF8.GetString(buffer.WrittenSpan), MostCharacters);
    }

    private void Copy(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                writer.WriteStartObject();
                break;
            case JsonTokenType.EndObject:
                writer.WriteEndObject();
                break;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                break;
            case JsonTokenType.EndArray:
                writer.WriteEndArray();
                break;
            case JsonTokenType.PropertyName:
                CopyProperty(ref reader, writer);
                break;
            case JsonTokenType.String:
                writer.WriteStringValue(Cut(Text(reader), MostTextCharacters));
                break;
            default:
                writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                break;
        }
    }

    private void CopyProperty(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        var name = Text(reader);
        writer.WritePropertyName(Cut(name, MostTextCharacters));
        var upper = name.ToUpperInvariant();
        if (_rules.Any(rule => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(rule, upper, ignoreCase: false)))
        {
            reader.Skip();
            writer.WriteStringValue(Redacted);
        }
    }

    private static string Text(in Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, which is no text.
            return "\uFFFD";
        }
    }

    /// <summary>Not within a character.</summary>
    private static string Cut(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }
        var end = char.IsHighSurrogate(text[most - 1]) ? most - 1 : most;
        return $"{text[..end]}... ({text.Length} characters)";
    }
}
