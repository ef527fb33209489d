using System.Collections.Immutable;
using System.Text.Json;

namespace Tapedeck.Operator.Reports;

/// <summary>What a runtime says of the tool that it serves. It knows the component; the operator never reads one.</summary>
/// <param name="Digest">Of the artifact that it loaded.</param>
/// <param name="Names">Of all tools, in their order.</param>
/// <param name="PolicyGeneration">Of the snapshot that it enforces.</param>
internal sealed record RuntimeReport(
    string Digest, long Size, ImmutableArray<string> Imports, ImmutableArray<string> Requested, ImmutableArray<string> Missing, ImmutableArray<string> Names, string ToolsHash, long PolicyGeneration)
{
    private const int MostTexts = 4_096;
    private const int MostCharacters = 512;

    // As the schema of the status has them: what it does not take is not written at all.
    private const int MostOfName = 64;
    private const int MostOfHash = 128;

    /// <summary>The report, or null where the answer is none, or of a runtime that has loaded nothing yet.</summary>
    internal static RuntimeReport? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var root = JsonElement.Parse(json);
            if (Field(root, "tools") is not { ValueKind: JsonValueKind.Array } tools || tools.GetArrayLength() != 1 || Field(tools[0], "artifact") is not { } artifact)
            {
                return null;
            }
            var tool = tools[0];
            return new RuntimeReport(
                Text(artifact, "digest"),
                Math.Clamp(Number(artifact, "bytes"), 0, 1L << 40),
                Texts(Field(artifact, "imports")),
                Texts(Field(tool, "requestedCapabilities")),
                Texts(Field(tool, "missingCapabilities")),
                [.. Items(Field(tool, "tools")).Select(item => Text(item, "name", MostOfName))],
                Text(tool, "toolsHash", MostOfHash),
                Field(tool, "policy") is { } policy ? Math.Max(0, Number(policy, "generation")) : 0);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonElement? Field(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    private static string Text(JsonElement element, string name, int most = MostCharacters) => Field(element, name) is { ValueKind: JsonValueKind.String } value ? Cut(value.GetString()!, most) : "";

    private static long Number(JsonElement element, string name) => Field(element, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : 0;

    private static IEnumerable<JsonElement> Items(JsonElement? list) => list is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray().Take(MostTexts) : [];

    private static ImmutableArray<string> Texts(JsonElement? list) => [.. Items(list).Where(item => item.ValueKind == JsonValueKind.String).Select(item => Cut(item.GetString()!))];

    private static string Cut(string text, int most = MostCharacters) => text.Length <= most ? text : text[..most];
}
