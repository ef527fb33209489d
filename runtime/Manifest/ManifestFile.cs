using System.Collections.Immutable;
using Tapedeck.Manifest.Reading;
using Tapedeck.Policy.Reading;

namespace Tapedeck.Manifest;

/// <summary>The tools and policies of a file of one or more YAML documents, or of a JSON document.</summary>
/// <param name="Policies">With the problems of all documents.</param>
public sealed record ManifestFile(ImmutableArray<WasmTool> Tools, PolicyFile Policies)
{
    public ImmutableArray<Problem> Problems => Policies.Problems;

    /// <param name="file">Its name, for messages.</param>
    public static ManifestFile Read(string file, string text)
    {
        var policies = PolicyFile.Read(file, text);
        var problems = new ProblemList(file);
        var tools = ImmutableArray.CreateBuilder<WasmTool>();
        foreach (var document in policies.Others)
        {
            if (KindOf(document) is not WasmTool.Kind)
            {
                problems.Add(document, "kind", $"expected {WasmTool.Kind}, CapabilityPolicy or ClusterCapabilityPolicy");
            }
            else if (WasmToolReader.Read(document, problems) is { } tool)
            {
                tools.Add(tool);
            }
        }
        return new ManifestFile(tools.ToImmutable(), policies with { Others = [], Problems = [.. policies.Problems, .. problems.All] });
    }

    private static string? KindOf(Node document) => document is MappingNode mapping && mapping.Find("kind") is ScalarNode kind ? kind.Value : null;
}
