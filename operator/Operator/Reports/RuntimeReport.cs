using System.Collections.Immutable;
using System.Text.Json;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Children;

namespace Tapedeck.Operator.Reports;

/// <summary>What a runtime says of the tool that it serves. It knows the component; the operator never reads one.</summary>
/// <param name="Digest">Of the artifact that it loaded.</param>
/// <param name="Names">Of all tools, in their order.</param>
/// <param name="Policy">The snapshot that it enforces.</param>
internal sealed record RuntimeReport(
    string Digest, long Size, ImmutableArray<string> Imports, ImmutableArray<string> Requested, ImmutableArray<string> Missing, ImmutableArray<string> Names, string ToolsHash, SnapshotName Policy)
{
    /// <summary>What the pod was to serve: with another one names and descriptions may be others, though the artifact is the same.</summary>
    public string ToolConfigMap { get; init; } = "";

    /// <summary>What it was handed and cannot follow, so that it goes on with what it had.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    /// <summary>What policies grant and is not there, such as a key of a Secret.</summary>
    public ImmutableArray<string> Unavailable { get; init; } = [];

    private const int MostTexts = 4_096;
    private const int MostCharacters = 512;

    // As the schema of the status has them: what it does not take is not written at all.
    private const int MostOfName = 64;
    private const int MostOfHash = 128;

    /// <summary>The report, or null where the answer is none, of another tool, or of a runtime that has loaded nothing yet.</summary>
    /// <param name="name">Of the tool, with its namespace.</param>
    /// <param name="podSpec">Of the pod that answered.</param>
    internal static RuntimeReport? Read(ReadOnlySpan<byte> json, string name, JsonElement? podSpec)
    {
        try
        {
            var root = JsonElement.Parse(json);
            if (root.Field("tools") is not { ValueKind: JsonValueKind.Array } tools || tools.GetArrayLength() != 1 || tools[0].Text("name") != name || tools[0].Field("artifact") is not { } artifact)
            {
                return null;
            }
            var tool = tools[0];
            return new RuntimeReport(
                Text(artifact, "digest"),
                Math.Clamp(artifact.Number("bytes") ?? 0, 0, 1L << 40),
                Texts(artifact, "imports"),
                Texts(tool, "requestedCapabilities"),
                Texts(tool, "missingCapabilities"),
                [.. tool.Items("tools").Take(MostTexts).Select(item => Text(item, "name", MostOfName))],
                Text(tool, "toolsHash", MostOfHash),
                new SnapshotName(tool.Field("policy")?.Number("generation") ?? 0, tool.Field("policy") is { } enforced ? Text(enforced, "hash", MostOfHash) : ""))
            {
                ToolConfigMap = PodFailure.ToolConfigMapOf(podSpec),
                Problems = Texts(root, "problems"),
                Unavailable = tool.Field("policy") is { } policy ? Texts(policy, "unavailable") : [],
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Text(JsonElement element, string name, int most = MostCharacters) => Cut(element.Text(name) ?? "", most);

    private static ImmutableArray<string> Texts(JsonElement element, string name) =>
        [.. element.Items(name).Take(MostTexts).Where(item => item.ValueKind == JsonValueKind.String).Select(item => Cut(item.GetString()!))];

    private static string Cut(string text, int most = MostCharacters) => text.Length <= most ? text : text[..most];
}
