using Tapedeck.Policy.Reading;

namespace Tapedeck.Operator.Tests.Crds;

/// <summary>A node of a CRD's schema with its path, such as <c>spec.network.allow[].host</c>.</summary>
internal sealed record Schema(string Path, MappingNode Node)
{
    internal static readonly string[] Files = ["wasmtools", "capabilitypolicies", "clustercapabilitypolicies"];

    internal string? Text(string name) => (Node.Find(name) as ScalarNode)?.Value;

    internal bool Has(string name) => Node.Find(name) is not null;

    internal bool Keeps => Text("x-kubernetes-preserve-unknown-fields") == "true";

    internal IEnumerable<(string Name, Schema Schema)> Properties => Node.Find("properties") is MappingNode mapping
        ? mapping.Fields.Select(entry => (entry.Name.Value, new Schema(Path.Length == 0 ? entry.Name.Value : $"{Path}.{entry.Name.Value}", (MappingNode)entry.Value)))
        : [];

    /// <summary>This node and all below it.</summary>
    internal IEnumerable<Schema> All()
    {
        yield return this;
        var below = Properties.Select(property => property.Schema)
            .Concat(Node.Find("items") is MappingNode items ? [new Schema($"{Path}[]", items)] : [])
            .Concat(Node.Find("additionalProperties") is MappingNode values ? [new Schema($"{Path}{{}}", values)] : []);
        foreach (var schema in below.SelectMany(schema => schema.All()))
        {
            yield return schema;
        }
    }

    internal static string TextOf(string file) => Repository.Read("crds", $"{file}.yaml");

    internal static MappingNode Document(string file)
    {
        var problems = new ProblemList(file);
        var documents = Documents.Read(TextOf(file), problems);
        return problems.IsEmpty ? (MappingNode)documents[0] : throw new InvalidOperationException(string.Join('\n', problems.All));
    }

    internal static Schema Of(string file)
    {
        var spec = (MappingNode)Document(file).Find("spec")!;
        var version = (MappingNode)((SequenceNode)spec.Find("versions")!).Items[0];
        return new Schema("", (MappingNode)((MappingNode)version.Find("schema")!).Find("openAPIV3Schema")!);
    }
}
