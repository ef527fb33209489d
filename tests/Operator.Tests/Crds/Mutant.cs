using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tapedeck.Policy.Reading;

namespace Tapedeck.Operator.Tests.Crds;

/// <summary>A good object with one thing in it that the schema forbids.</summary>
/// <param name="Field">Where.</param>
/// <param name="Keyword">Which keyword of the schema forbids it.</param>
internal sealed partial record Mutant(string Field, string Keyword, JsonObject Object)
{
    /// <summary>Every keyword of the schema that the object gives an occasion to, once.</summary>
    /// <param name="spec">The schema of the spec.</param>
    internal static IEnumerable<Mutant> Of(Schema spec, JsonObject document) =>
        At(spec, document["spec"]!, ["spec"], document).DistinctBy(mutant => (Index().Replace(mutant.Field, "[]"), mutant.Keyword));

    private static IEnumerable<Mutant> At(Schema schema, JsonNode node, object[] steps, JsonObject document)
    {
        foreach (var (keyword, wrong) in Wrong(schema, node))
        {
            yield return new Mutant(FieldOf(steps), keyword, With(document, steps, wrong));
        }
        foreach (var name in Texts(schema, "required").Where(name => ((JsonObject)node).ContainsKey(name)))
        {
            var less = (JsonObject)node.DeepClone();
            less.Remove(name);
            yield return new Mutant(FieldOf([.. steps, name]), "required", With(document, steps, less));
        }
        foreach (var mutant in Below(schema, node).SelectMany(below => At(below.Schema, below.Node, [.. steps, below.Step], document)))
        {
            yield return mutant;
        }
    }

    private static IEnumerable<(Schema Schema, JsonNode Node, object Step)> Below(Schema schema, JsonNode node)
    {
        foreach (var (name, property) in schema.Properties.Where(property => node is JsonObject map && map[property.Name] is not null))
        {
            yield return (property, node[name]!, name);
        }
        if (schema.Node.Find("items") is MappingNode items && node is JsonArray list)
        {
            for (var index = 0; index < list.Count; index++)
            {
                yield return (new Schema($"{schema.Path}[]", items), list[index]!, index);
            }
        }
        if (schema.Node.Find("additionalProperties") is MappingNode values && node is JsonObject entries)
        {
            foreach (var (name, value) in entries)
            {
                yield return (new Schema($"{schema.Path}{{}}", values), value!, name);
            }
        }
    }

    private static IEnumerable<(string Keyword, JsonNode Wrong)> Wrong(Schema schema, JsonNode node)
    {
        yield return ("type", schema.Text("type") switch
        {
            "string" => new JsonObject(),
            "object" or null => true,
            "array" or "boolean" or "integer" => "text",
            var other => throw new InvalidOperationException(other),
        });
        foreach (var keyword in new[] { "minLength", "maxLength", "pattern", "enum", "minimum", "maximum", "minItems", "maxItems", "maxProperties" }.Where(schema.Has))
        {
            if (Against(keyword, schema, node) is { } wrong)
            {
                yield return (keyword, wrong);
            }
        }
    }

    private static JsonNode? Against(string keyword, Schema schema, JsonNode node)
    {
        var bound = long.TryParse(schema.Text(keyword), CultureInfo.InvariantCulture, out var number) ? number : 0;
        return keyword switch
        {
            "minLength" => new string('a', (int)bound - 1),
            "maxLength" => new string('1', (int)bound + 1),
            "pattern" => new string('\u0001', int.Max(1, int.Parse(schema.Text("minLength") ?? "1", CultureInfo.InvariantCulture))),
            "enum" => "none-of-them",
            "minimum" => bound - 1,
            "maximum" => bound + 1,
            "minItems" => new JsonArray(),
            "maxItems" when node is JsonArray { Count: > 0 } list => new JsonArray([.. Enumerable.Range(0, (int)bound + 1).Select(_ => list[0]!.DeepClone())]),
            "maxProperties" when node is JsonObject { Count: > 0 } map => new JsonObject(Enumerable.Range(0, (int)bound + 1).Select(index => KeyValuePair.Create($"key{index}", (JsonNode?)map.First().Value!.DeepClone()))),
            _ => null,
        };
    }

    private static IEnumerable<string> Texts(Schema schema, string keyword) => ((schema.Node.Find(keyword) as SequenceNode)?.Items ?? []).Select(item => ((ScalarNode)item).Value);

    private static string FieldOf(object[] steps) => string.Concat(steps.Select(step => step is int index ? $"[{index}]" : $".{step}")).TrimStart('.');

    private static JsonObject With(JsonObject document, object[] steps, JsonNode value)
    {
        var copy = (JsonObject)document.DeepClone();
        JsonNode at = copy;
        foreach (var step in steps[..^1])
        {
            at = step is int index ? at[index]! : at[(string)step]!;
        }
        if (steps[^1] is int last)
        {
            at[last] = value;
        }
        else
        {
            at[(string)steps[^1]] = value;
        }
        return copy;
    }

    [GeneratedRegex(@"\[[0-9]+\]")]
    private static partial Regex Index();
}
