using System.Collections.Immutable;
using Tapedeck.Manifest.Specs;
using Tapedeck.Policy.Reading;

namespace Tapedeck.Manifest.Reading;

/// <summary>Reads <c>tools</c>.</summary>
internal static class ToolsReader
{
    private const int MostTools = 1_000;
    private const int MostCharactersOfTitle = 128;
    private const int MostCharactersOfDescription = 4096;
    private const int MostCharactersOfPrefix = 32;

    internal static ToolsSpec Read(FieldReader fields)
    {
        fields.IsEmptyList("include");
        var spec = new ToolsSpec
        {
            Include = fields.Take("include") is null ? null : fields.TakeList<string>("include", Texts.Function),
            Exclude = fields.TakeList<string>("exclude", Texts.Function),
            Rename = ReadNamed(fields, "rename", (Node node, string field, out string name) =>
                FieldReader.TryParse<string>(node, field, Texts.Tool, out name, fields.Problems)),
            Prefix = fields.TryTake<string>("prefix", Prefix, out var prefix) ? prefix : "",
            Overrides = ReadNamed(fields, "overrides", (Node node, string field, out ToolOverride value) =>
            {
                value = ReadOverride(new FieldReader(node, field, fields.Problems));
                return true;
            }),
        };
        foreach (var twice in spec.Rename.GroupBy(pair => pair.Value).Where(group => group.Count() > 1))
        {
            fields.Problems.Add(fields.Take("rename")!, fields.PathOf("rename"), $"{string.Join(" and ", twice.Select(pair => pair.Key))} cannot both be called {twice.Key}");
        }
        fields.Done();
        return spec;
    }

    private delegate bool ReadValue<T>(Node node, string field, out T value);

    private static ImmutableSortedDictionary<string, T> ReadNamed<T>(FieldReader fields, string name, ReadValue<T> read)
    {
        var values = ImmutableSortedDictionary.CreateBuilder<string, T>(StringComparer.Ordinal);
        fields.IsTooLong(name, MostTools);
        foreach (var (key, node) in (fields.TakeMapping(name)?.Node as MappingNode)?.Fields ?? [])
        {
            var path = $"{fields.PathOf(name)}.{key.Value}";
            if (FieldReader.TryParse<string>(key with { IsQuoted = true }, path, Texts.Function, out var tool, fields.Problems) && read(node, path, out var value))
            {
                values[tool] = value;
            }
        }
        return values.ToImmutable();
    }

    private static ToolOverride ReadOverride(FieldReader fields)
    {
        var value = new ToolOverride(
            ReadText(fields, "title", MostCharactersOfTitle),
            ReadText(fields, "description", MostCharactersOfDescription),
            fields.TakeTruth("readOnlyHint"),
            fields.TakeTruth("destructiveHint"),
            fields.TakeTruth("idempotentHint"),
            fields.TakeTruth("openWorldHint"));
        fields.Done();
        return value;
    }

    private static string? ReadText(FieldReader fields, string name, int most)
    {
        var text = fields.TakeText(name);
        if (text?.Length > most)
        {
            fields.Problems.Add(fields.Take(name)!, fields.PathOf(name), $"expected at most {most} characters, but found {text.Length}");
        }
        return text;
    }

    private static bool Prefix(string text, out string value, out string expected)
    {
        var isName = Texts.Tool(text, out value, out _);
        expected = $"the beginning of names: at most {MostCharactersOfPrefix} letters, digits, '_' and '-'";
        return isName && text.Length <= MostCharactersOfPrefix;
    }
}
