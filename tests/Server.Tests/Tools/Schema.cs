using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tapedeck.Server.Tests.Tools;

/// <summary>Whether a JSON value conforms to a schema: the words of JSON Schema 2020-12 that schemas of tools use, and an exception at any other.</summary>
internal static class Schema
{
    internal static string? Mismatch(JsonElement value, JsonElement schema) => schema.EnumerateObject().Select(word => word.Name switch
    {
        "type" => OfType(value, word.Value),
        "minimum" or "maximum" => OfNumber(value, word),
        "pattern" or "minLength" or "maxLength" or "contentEncoding" => OfString(value, word),
        "enum" => word.Value.EnumerateArray().Any(item => JsonElement.DeepEquals(item, value)) ? null : $"{value} is none of {word.Value}",
        "const" => JsonElement.DeepEquals(word.Value, value) ? null : $"{value} is not {word.Value}",
        "anyOf" => word.Value.EnumerateArray().Any(one => Mismatch(value, one) is null) ? null : $"{value} conforms to none of {word.Value}",
        "oneOf" => word.Value.EnumerateArray().Count(one => Mismatch(value, one) is null) == 1 ? null : $"{value} conforms not to exactly one of {word.Value}",
        "items" or "prefixItems" or "minItems" or "maxItems" or "uniqueItems" => OfArray(value, schema, word),
        "properties" or "required" or "additionalProperties" => OfObject(value, schema, word),
        _ => throw new NotSupportedException(word.Name),
    }).FirstOrDefault(mismatch => mismatch is not null);

    private static string? OfNumber(JsonElement value, JsonProperty word) =>
        value.ValueKind != JsonValueKind.Number
        || (word.Name == "minimum" ? value.GetDecimal() >= word.Value.GetDecimal() : value.GetDecimal() <= word.Value.GetDecimal())
            ? null : $"{value} is beyond the {word}";

    private static string? OfString(JsonElement value, JsonProperty word) =>
        value.ValueKind != JsonValueKind.String || word.Name switch
        {
            "pattern" => Regex.IsMatch(value.GetString()!, word.Value.GetString()!),
            "minLength" => value.GetString()!.EnumerateRunes().Count() >= word.Value.GetInt32(),
            "maxLength" => value.GetString()!.EnumerateRunes().Count() <= word.Value.GetInt32(),
            _ => value.TryGetBytesFromBase64(out _),
        } ? null : $"{value} does not hold {word}";

    private static string? OfType(JsonElement value, JsonElement type)
    {
        var types = type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(one => one.GetString()) : [type.GetString()];
        return types.Any(one => one switch
        {
            "null" => value.ValueKind == JsonValueKind.Null,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "integer" => value.ValueKind == JsonValueKind.Number && decimal.IsInteger(value.GetDecimal()),
            "number" => value.ValueKind == JsonValueKind.Number,
            "string" => value.ValueKind == JsonValueKind.String,
            "array" => value.ValueKind == JsonValueKind.Array,
            _ => value.ValueKind == JsonValueKind.Object,
        }) ? null : $"{value} is no {type}";
    }

    private static string? OfArray(JsonElement value, JsonElement schema, JsonProperty word)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return null;
        }
        var items = value.EnumerateArray().ToArray();
        var prefix = schema.TryGetProperty("prefixItems", out var given) ? given.EnumerateArray().ToArray() : [];
        return word.Name switch
        {
            "minItems" => items.Length >= word.Value.GetInt64() ? null : "too few items",
            "maxItems" => items.Length <= word.Value.GetInt64() ? null : "too many items",
            "uniqueItems" => items.Select(item => item.GetRawText()).Distinct().Count() == items.Length ? null : "items are there twice",
            "prefixItems" => items.Zip(prefix).Select(pair => Mismatch(pair.First, pair.Second)).FirstOrDefault(mismatch => mismatch is not null),
            _ when word.Value.ValueKind == JsonValueKind.False => items.Length <= prefix.Length ? null : "more items than places",
            _ => items.Skip(prefix.Length).Select(item => Mismatch(item, word.Value)).FirstOrDefault(mismatch => mismatch is not null),
        };
    }

    private static string? OfObject(JsonElement value, JsonElement schema, JsonProperty word)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return null;
        }
        return word.Name switch
        {
            "required" => word.Value.EnumerateArray().FirstOrDefault(name => !value.TryGetProperty(name.GetString()!, out _)) is { ValueKind: JsonValueKind.String } missing
                ? $"{missing} is missing" : null,
            "properties" => word.Value.EnumerateObject().Select(property => value.TryGetProperty(property.Name, out var member) ? Mismatch(member, property.Value) : null)
                .FirstOrDefault(mismatch => mismatch is not null),
            _ => value.EnumerateObject().FirstOrDefault(member => !schema.GetProperty("properties").TryGetProperty(member.Name, out _)) is { Value.ValueKind: not JsonValueKind.Undefined } more
                ? $"{more.Name} is one too many" : null,
        };
    }
}
