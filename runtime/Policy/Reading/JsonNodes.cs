using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Tapedeck.Policy.Reading;

/// <summary>The nodes of a JSON document. YAML would read most JSON, but not tabs, and not with JSON's strictness.</summary>
internal static class JsonNodes
{
    internal static ImmutableArray<Node> Read(string text, ProblemList problems)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var places = new JsonPlaces(bytes);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = DocumentLimits.Depth + 1 });
        try
        {
            reader.Read();
            var nodes = 0;
            var root = Read(ref reader, places, ref nodes);
            // One document: the reader throws on anything behind it.
            reader.Read();
            return [root];
        }
        catch (JsonException exception)
        {
            problems.Add((int)(exception.LineNumber ?? 0) + 1, (int)(exception.BytePositionInLine ?? 0) + 1, "", "expected JSON: " + exception.Message);
            return [];
        }
        catch (InvalidOperationException)
        {
            // GetString on an escape that is half of a surrogate pair.
            var (line, column) = places.At(reader.TokenStartIndex);
            problems.Add(line, column, "", "expected JSON whose texts are valid Unicode");
            return [];
        }
    }

    private static Node Read(ref Utf8JsonReader reader, JsonPlaces places, ref int nodes)
    {
        var (line, column) = places.At(reader.TokenStartIndex);
        if (++nodes > DocumentLimits.Nodes)
        {
            throw new JsonException($"at most {DocumentLimits.Nodes} values are accepted", null, line - 1, column - 1);
        }
        if (reader.CurrentDepth >= DocumentLimits.Depth && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            // The reader's own words would name a place, which moves with whatever stands before it.
            throw new JsonException($"at most {DocumentLimits.Depth} levels are accepted", null, line - 1, column - 1);
        }
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return new MappingNode(line, column, Fields(ref reader, places, ref nodes));
            case JsonTokenType.StartArray:
                var items = ImmutableArray.CreateBuilder<Node>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Read(ref reader, places, ref nodes));
                }
                return new SequenceNode(line, column, items.ToImmutable());
            case JsonTokenType.String:
                return new ScalarNode(line, column, reader.GetString()!, IsQuoted: true);
            default:
                return new ScalarNode(line, column, Encoding.UTF8.GetString(reader.ValueSpan), IsQuoted: false);
        }
    }

    private static ImmutableArray<(ScalarNode, Node)> Fields(ref Utf8JsonReader reader, JsonPlaces places, ref int nodes)
    {
        var fields = ImmutableArray.CreateBuilder<(ScalarNode, Node)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var (line, column) = places.At(reader.TokenStartIndex);
            var name = new ScalarNode(line, column, reader.GetString()!, IsQuoted: true);
            if (!names.Add(name.Value))
            {
                throw new JsonException($"the field {name.Describe()} is there twice", null, line - 1, column - 1);
            }
            reader.Read();
            fields.Add((name, Read(ref reader, places, ref nodes)));
        }
        return fields.ToImmutable();
    }
}
