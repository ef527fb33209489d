using System.Text.Json.Nodes;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Writing;

namespace Tapedeck.Operator;

/// <summary>Short ways to write objects of the API down.</summary>
internal static class Json
{
    /// <summary>An object of the fields that are not null, in this order.</summary>
    internal static JsonObject Object(params ReadOnlySpan<(string Name, JsonNode? Value)> fields)
    {
        var result = new JsonObject();
        foreach (var (name, value) in fields)
        {
            if (value is not null)
            {
                result[name] = value;
            }
        }
        return result;
    }

    internal static JsonArray Array(IEnumerable<JsonNode?> items) => [.. items.OfType<JsonNode>()];

    internal static JsonArray Array(params ReadOnlySpan<JsonNode?> items)
    {
        var result = new JsonArray();
        foreach (var item in items)
        {
            if (item is not null)
            {
                result.Add(item);
            }
        }
        return result;
    }

    internal static JsonArray Texts(IEnumerable<string> texts) => Array(texts.Select(text => (JsonNode?)JsonValue.Create(text)));

    internal static JsonObject Map(IEnumerable<KeyValuePair<string, string>> texts)
    {
        var result = new JsonObject();
        foreach (var (name, value) in texts)
        {
            result[name] = value;
        }
        return result;
    }

    /// <summary>The list, or null where it is empty.</summary>
    internal static JsonArray? OrNull(this JsonArray array) => array.Count == 0 ? null : array;

    internal static JsonObject? OrNull(this JsonObject map) => map.Count == 0 ? null : map;

    /// <summary>What only Kubernetes reads, as it was written.</summary>
    internal static JsonNode Of(Node node) => JsonNode.Parse(JsonText.Write(node))!;
}
