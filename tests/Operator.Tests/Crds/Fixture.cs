using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tapedeck.Kube.Objects;
using Tapedeck.Manifest.Reading;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Writing;

namespace Tapedeck.Operator.Tests.Crds;

/// <summary>An object in a file of Fixtures/, which anybody may give to kubectl as it is.</summary>
/// <param name="Path">Where the server says that it is wrong; empty for what is accepted.</param>
/// <param name="Message">What the server says of it.</param>
/// <param name="Reader">Part of what the reader says of it.</param>
internal sealed partial record Fixture(string File, string Path, string Message, string Reader, MappingNode Document)
{
    private static readonly string Folder = System.IO.Path.Combine(Repository.Root, "tests", "Operator.Tests", "Crds", "Fixtures");

    internal string Kind => ((ScalarNode)Document.Find("kind")!).Value;

    internal Resource Resource => new[] { Kinds.WasmTools, Kinds.Policies, Kinds.Ceilings }.Single(resource => resource.Kind == Kind);

    internal JsonObject Json => ToJson(Document, Resource);

    /// <summary>One object a file, with the three comments at its beginning.</summary>
    internal static Fixture[] Refused { get; } = [.. Files("refused").Select(file => OfRefused(file, System.IO.File.ReadAllText(file)))];

    internal static Fixture[] Accepted { get; } = [.. Files("accepted").SelectMany(file => Of(System.IO.Path.GetFileName(file), System.IO.File.ReadAllText(file)))];

    internal static IEnumerable<Fixture> Of(string file, string text)
    {
        var problems = new ProblemList(file);
        var documents = Documents.Read(text, problems);
        return problems.IsEmpty ? documents.Select(document => new Fixture(file, "", "", "", (MappingNode)document)) : throw new InvalidOperationException(string.Join('\n', problems.All));
    }

    /// <summary>What the operator's reader says of the object: fields and messages.</summary>
    internal static string[] ReadBy(string json)
    {
        var problems = new ProblemList("test");
        var document = (MappingNode)Documents.Read(json, problems).Single();
        _ = ((ScalarNode)document.Find("kind")!).Value switch
        {
            "WasmTool" => (object?)WasmToolReader.Read(document, problems),
            "CapabilityPolicy" => CapabilityPolicyReader.Read(document.Find("spec")!, "spec", problems),
            _ => ClusterCapabilityPolicyReader.Read(document.Find("spec")!, "spec", problems),
        };
        return [.. problems.All.Select(problem => $"{problem.Field}: {problem.Message}")];
    }

    /// <summary>The API server wants a namespace to be said.</summary>
    private static JsonObject ToJson(MappingNode document, Resource resource)
    {
        var json = JsonNode.Parse(JsonText.Write(document))!.AsObject();
        if (resource.Namespaced)
        {
            json["metadata"]!["namespace"] ??= "default";
        }
        return json;
    }

    private static Fixture OfRefused(string file, string text)
    {
        var comments = Comments().Matches(text).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value.Trim());
        return Of(System.IO.Path.GetFileName(file), text).Single() with { Path = comments["path"], Message = comments["message"], Reader = comments["reader"] };
    }

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(System.IO.Path.Combine(Folder, folder), "*.yaml").Order(StringComparer.Ordinal);

    [GeneratedRegex("^# (path|message|reader): (.*)$", RegexOptions.Multiline)]
    private static partial Regex Comments();
}
