using System.Collections.Immutable;

namespace Tapedeck.Policy.Reading;

/// <summary>What every object of Kubernetes has around its spec. What else its metadata holds is not ours to judge.</summary>
public sealed record Envelope(string Namespace, string Name, long Generation, ImmutableSortedDictionary<string, string> Labels, Node? Spec)
{
    private const string DefaultNamespace = "default";

    private static readonly ImmutableSortedDictionary<string, string> NoLabels = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public static Envelope Read(Node document, bool isNamespaced, ProblemList problems)
    {
        var fields = new FieldReader(document, "", problems);
        fields.Take("kind");
        fields.Take("status");
        if (fields.TakeText("apiVersion") != PolicyFile.ApiVersion)
        {
            problems.Expected(fields.Take("apiVersion") ?? document, "apiVersion", PolicyFile.ApiVersion);
        }
        var empty = new Envelope(isNamespaced ? DefaultNamespace : "", "", 0, NoLabels, null);
        var metadata = fields.TakeRequired("metadata", "a mapping with a name");
        var spec = fields.TakeRequired("spec", "a mapping");
        fields.Done();
        return (metadata is null ? empty : empty.With(new FieldReader(metadata, "metadata", problems), isNamespaced)) with { Spec = spec };
    }

    private Envelope With(FieldReader metadata, bool isNamespaced) => this with
    {
        Name = metadata.TakeRequired("name", "a name") is not null && metadata.TryTake<string>("name", ObjectNames.TryParseName, out var name) ? name : "",
        Namespace = isNamespaced && metadata.TryTake<string>("namespace", ObjectNames.TryParseName, out var @namespace) ? @namespace : Namespace,
        Generation = metadata.Take("generation") is ScalarNode { IsWholeNumber: true } number ? long.Parse(number.Value) : 0,
        Labels = LabelsReader.Read(metadata, "labels"),
    };
}
