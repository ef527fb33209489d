namespace Tapedeck.Policy.Reading;

/// <summary>What every object of Kubernetes has around its spec. What else its metadata holds is not ours to judge.</summary>
internal sealed record Envelope(string Namespace, string Name, long Generation, Node? Spec)
{
    private const string DefaultNamespace = "default";

    internal static Envelope Read(Node document, bool isNamespaced, ProblemList problems)
    {
        var fields = new FieldReader(document, "", problems);
        fields.Take("kind");
        fields.Take("status");
        if (fields.TakeText("apiVersion") != PolicyFile.ApiVersion)
        {
            problems.Expected(fields.Take("apiVersion") ?? document, "apiVersion", PolicyFile.ApiVersion);
        }
        var (name, @namespace, generation) = ("", isNamespaced ? DefaultNamespace : "", 0L);
        if (fields.TakeRequired("metadata", "a mapping with a name") is { } node)
        {
            var metadata = new FieldReader(node, "metadata", problems);
            if (metadata.TakeRequired("name", "a name") is not null && metadata.TryTake<string>("name", ObjectNames.TryParseName, out var given))
            {
                name = given;
            }
            if (isNamespaced && metadata.TryTake<string>("namespace", ObjectNames.TryParseName, out given))
            {
                @namespace = given;
            }
            generation = metadata.Take("generation") is ScalarNode { IsWholeNumber: true } number ? long.Parse(number.Value) : 0;
        }
        var spec = fields.TakeRequired("spec", "a mapping");
        fields.Done();
        return new Envelope(@namespace, name, generation, spec);
    }
}
