using System.Text.Json.Nodes;
using Tapedeck.Kube.Objects;
using Tapedeck.Manifest;

namespace Tapedeck.Operator.Children;

/// <summary>An object that a WasmTool is to have.</summary>
internal sealed record Child(Resource Resource, KubeObject Object)
{
    internal ObjectKey Key => Object.Key;

    /// <summary>The ConfigMap with the policies.</summary>
    internal bool IsPolicy => Object.Metadata.Annotations.ContainsKey(Names.PolicyGenerationAnnotation);

    public override string ToString() => $"{Object.Kind} {Object.Metadata.Name}";
}

/// <summary>Makes children of one WasmTool: same input, same bytes.</summary>
/// <param name="uid">Of the WasmTool.</param>
internal sealed class ChildMaker(WasmTool? tool, ObjectKey key, string uid)
{
    internal ChildMaker(WasmTool tool, string uid)
        : this(tool, new(tool.Namespace, tool.Name), uid)
    {
    }

    /// <summary>For what does not depend on the spec.</summary>
    internal ChildMaker(KubeObject tool)
        : this(null, tool.Key, tool.Metadata.Uid)
    {
    }

    internal WasmTool Tool => tool ?? throw new InvalidOperationException($"The spec of {key} cannot be read.");

    internal string Name => key.Name;

    internal Child Make(
        Resource resource, string name, ReadOnlySpan<(string Name, JsonNode? Value)> content, IEnumerable<KeyValuePair<string, string>>? annotations = null)
    {
        var json = Json.Object(
            ("apiVersion", resource.ApiVersion),
            ("kind", resource.Kind),
            ("metadata", Json.Object(
                ("name", name),
                ("namespace", key.Namespace),
                ("labels", Labels()),
                ("annotations", Json.Map(annotations ?? []).OrNull()),
                ("ownerReferences", Json.Array(Owner())))));
        foreach (var (field, value) in content)
        {
            if (value is not null)
            {
                json[field] = value;
            }
        }
        return new Child(resource, KubeObject.From(json));
    }

    /// <summary>Of all children, and of pods.</summary>
    internal JsonObject Labels() => Json.Object(
        ("app.kubernetes.io/name", "tapedeck-tool"),
        ("app.kubernetes.io/instance", key.Name),
        (Names.ManagedByLabel, Names.ManagedBy),
        (Names.ToolLabel, key.Name));

    /// <summary>What a Deployment, a Service and the like select pods by. Never changes: a Deployment's selector cannot.</summary>
    internal JsonObject Selector() => Json.Object((Names.ManagedByLabel, Names.ManagedBy), (Names.ToolLabel, key.Name));

    private JsonObject Owner() => Json.Object(
        ("apiVersion", Kinds.WasmTools.ApiVersion),
        ("kind", Kinds.WasmTools.Kind),
        ("name", key.Name),
        ("uid", uid),
        ("controller", true),
        ("blockOwnerDeletion", true));
}
