using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Writing;

namespace Tapedeck.Operator.Tests.Install;

/// <summary>The objects of a text in YAML, and what they are where it does not matter how they are written.</summary>
internal static partial class Manifests
{
    private const string KeepAnnotation = "helm.sh/resource-policy";

    /// <summary>What Helm's own labels are for: which release an object is of.</summary>
    private static readonly string[] LabelsOfARelease = ["app.kubernetes.io/instance", "app.kubernetes.io/version", "app.kubernetes.io/managed-by", "helm.sh/chart"];

    internal static JsonObject[] Read(string text) => [.. Separator().Split(text).Where(document => Content().IsMatch(document)).Select(ReadOne)];

    internal static string NameOf(JsonObject @object) =>
        $"{@object["kind"]} {@object["metadata"]!["namespace"]?.GetValue<string>()}/{@object["metadata"]!["name"]}";

    internal static JsonObject Container(JsonObject deployment) => deployment["spec"]!["template"]!["spec"]!["containers"]![0]!.AsObject();

    internal static string[] Arguments(IEnumerable<JsonObject> objects) =>
        [.. Container(objects.Single(one => one["kind"]!.GetValue<string>() == "Deployment"))["args"]!.AsArray().Select(argument => argument!.GetValue<string>())];

    /// <summary>Without what only a release has; rules one right each, and arguments and rights in order.</summary>
    internal static string Canonical(JsonObject @object)
    {
        var copy = (JsonObject)@object.DeepClone();
        foreach (var metadata in new[] { copy["metadata"], copy["spec"]?["template"]?["metadata"] }.OfType<JsonObject>())
        {
            foreach (var label in LabelsOfARelease)
            {
                (metadata["labels"] as JsonObject)?.Remove(label);
            }
            (metadata["annotations"] as JsonObject)?.Remove(KeepAnnotation);
            foreach (var name in new[] { "labels", "annotations" }.Where(name => metadata[name] is JsonObject { Count: 0 }))
            {
                metadata.Remove(name);
            }
        }
        // Which objects a selector of a release selects is said in its selector; on the object itself the label says nothing.
        if (copy["kind"]!.GetValue<string>() is not "Deployment" && copy["metadata"]!["labels"] is JsonObject labels && labels.Remove("app.kubernetes.io/name") && labels.Count == 0)
        {
            copy["metadata"]!.AsObject().Remove("labels");
        }
        if (copy["rules"] is JsonArray)
        {
            copy["rules"] = new JsonArray([.. Rights(copy).Order(StringComparer.Ordinal).Select(right => (JsonNode)right)]);
        }
        if (copy["kind"]!.GetValue<string>() == "Deployment")
        {
            Container(copy)["args"] = new JsonArray([.. Arguments([copy]).Order(StringComparer.Ordinal).Select(argument => (JsonNode)argument)]);
        }
        return Sorted(copy)!.ToJsonString();
    }

    /// <summary>Such as <c>apps/deployments get</c>.</summary>
    internal static IEnumerable<string> Rights(JsonObject role) =>
        from rule in role["rules"]!.AsArray()
        from @group in Texts(rule, "apiGroups")
        from resource in Texts(rule, "resources")
        from verb in Texts(rule, "verbs")
        select $"{@group}/{resource} {verb}";

    private static IEnumerable<string> Texts(JsonNode? rule, string name) => rule![name]!.AsArray().Select(item => item!.GetValue<string>());

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => KeyValuePair.Create(field.Key, Sorted(field.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        null => null,
        _ => node.DeepClone(),
    };

    private static JsonObject ReadOne(string text)
    {
        var problems = new ProblemList("manifest");
        var documents = Documents.Read(text, problems);
        return problems.IsEmpty ? JsonNode.Parse(JsonText.Write(documents.Single()))!.AsObject() : throw new InvalidOperationException($"{string.Join('\n', problems.All)}\n{text}");
    }

    [GeneratedRegex("^---$", RegexOptions.Multiline)]
    private static partial Regex Separator();

    [GeneratedRegex("^[^#\\s]", RegexOptions.Multiline)]
    private static partial Regex Content();
}
