using Tapedeck.Manifest.Specs;
using Tapedeck.Policy.Reading;

namespace Tapedeck.Manifest.Reading;

/// <summary>Reads WasmTools. What is unknown is an error, as in policies.</summary>
public static class WasmToolReader
{
    /// <summary>The tool, or null where something was added to <paramref name="problems"/>.</summary>
    public static WasmTool? Read(Node document, ProblemList problems)
    {
        var before = problems.Count;
        var envelope = Envelope.Read(document, isNamespaced: true, problems);
        if (!WasmTool.IsName(envelope.Name))
        {
            problems.Add(document, "metadata.name", $"expected at most {WasmTool.MostCharactersOfName} lower-case letters, digits and '-', the first a letter, since a Service bears the same name, but found '{envelope.Name}'");
        }
        var spec = envelope.Spec is null ? null : ReadSpec(envelope.Spec, "spec", problems);
        return problems.Count > before || spec is null ? null : new WasmTool(envelope.Namespace, envelope.Name, envelope.Generation, envelope.Labels, spec);
    }

    /// <summary>The spec, or null where something was added to <paramref name="problems"/>.</summary>
    /// <param name="field">Where the node is, such as <c>spec</c>.</param>
    public static WasmToolSpec? ReadSpec(Node node, string field, ProblemList problems)
    {
        var before = problems.Count;
        var fields = new FieldReader(node, field, problems);
        fields.TakeRequired("component", "a mapping with oci, layout, file or https");
        var spec = new WasmToolSpec
        {
            Component = (fields.TakeMapping("component") is { } component ? ComponentSourceReader.Read(component) : null) ?? new FileSource("", ""),
            Verify = fields.TakeMapping("verify") is { } verify ? VerifyReader.Read(verify) : null,
            Tools = fields.TakeMapping("tools") is { } tools ? ToolsReader.Read(tools) : ToolsSpec.All,
            Limits = LimitsReader.Read(fields.TakeMapping("limits")),
            Replicas = fields.TryTake<int>("replicas", Texts.Replicas, out var replicas) ? replicas : null,
            Resources = fields.TakeMapping("resources") is { } resources ? PodReader.ReadResources(resources) : ResourcesSpec.None,
            Placement = fields.TakeMapping("placement") is { } placement ? PodReader.ReadPlacement(placement) : PlacementSpec.Anywhere,
            Endpoint = fields.TakeMapping("endpoint") is { } endpoint ? PodReader.ReadEndpoint(endpoint) : EndpointSpec.Plain,
            Service = fields.TakeMapping("service") is { } service ? PodReader.ReadService(service) : ServiceSpec.ClusterIP,
            HttpRoute = fields.TakeMapping("httpRoute") is { } route ? PodReader.ReadRoute(route) : null,
        };
        fields.Done();
        return problems.Count > before ? null : spec;
    }
}
