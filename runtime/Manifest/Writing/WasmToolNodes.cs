using System.Collections.Immutable;
using Tapedeck.Manifest.Specs;
using Tapedeck.Policy.Limits;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Writing;

namespace Tapedeck.Manifest.Writing;

/// <summary>WasmTools as nodes, for <see cref="YamlText"/> and <see cref="JsonText"/>. Reading what was written gives the same tool.</summary>
public static class WasmToolNodes
{
    public static Node Of(WasmTool tool) => new MappingBuilder()
        .Text("apiVersion", PolicyFile.ApiVersion)
        .Text("kind", WasmTool.Kind)
        .Mapping("metadata", new MappingBuilder()
            .Text("name", tool.Name)
            .Text("namespace", tool.Namespace.Length == 0 ? null : tool.Namespace)
            .Plain("generation", tool.Generation == 0 ? null : $"{tool.Generation}")
            .Mapping("labels", Texts(tool.Labels)))
        .Add("spec", Of(tool.Spec))
        .Build();

    public static Node Of(WasmToolSpec spec) => new MappingBuilder()
        .Mapping("component", Of(spec.Component))
        .Mapping("verify", spec.Verify is { } verify ? Of(verify) : null)
        .Mapping("tools", Of(spec.Tools))
        .Mapping("limits", PolicyNodes.Of(spec.Limits))
        .Plain("replicas", spec.Replicas?.ToString())
        .Mapping("resources", Of(spec.Resources))
        .Mapping("placement", Of(spec.Placement))
        .Mapping("endpoint", Of(spec.Endpoint))
        .Mapping("service", spec.Service == ServiceSpec.ClusterIP ? null : Of(spec.Service))
        .Mapping("httpRoute", spec.HttpRoute is { } route ? Of(route) : null)
        .Build();

    private static MappingBuilder Of(ComponentSource source) => source switch
    {
        OciSource oci => new MappingBuilder().Mapping("oci", Of(oci)),
        LayoutSource layout => new MappingBuilder().Mapping("layout", new MappingBuilder()
            .Text("path", layout.Path)
            .Mapping("ref", layout.Ref is { } reference ? Of(reference) : null)),
        FileSource file => new MappingBuilder().Mapping("file", new MappingBuilder().Text("path", file.Path).Text("sha256", file.Sha256)),
        HttpsSource https => new MappingBuilder().Mapping("https", new MappingBuilder().Text("url", https.Url.OriginalString).Text("sha256", https.Sha256)),
        _ => throw new ArgumentException($"a source of unknown kind {source.GetType().Name}", nameof(source)),
    };

    private static MappingBuilder Of(OciSource oci) => new MappingBuilder()
        .Text("repository", oci.Repository)
        .Mapping("ref", Of(oci.Ref))
        .Text("interval", Duration.Format(oci.Interval))
        .Plain("suspend", True(oci.Suspend))
        .Texts("pullSecrets", oci.PullSecrets)
        .Text("certificateConfigMap", oci.CertificateConfigMap)
        .Plain("plainHttp", True(oci.PlainHttp));

    private static MappingBuilder Of(ArtifactRef reference) => new MappingBuilder().Text(Words.CamelOf(reference.Kind.ToString()), reference.Text);

    private static MappingBuilder Of(VerifySpec verify) => new MappingBuilder()
        .Texts("keys", verify.Keys)
        .Nodes("keyless", verify.Keyless.Select(one => new MappingBuilder().Text("issuer", one.Issuer).Text("identity", one.Identity).Build()))
        .Nodes("notation", verify.Notation.Select(one => new MappingBuilder().Text("certificate", one.Certificate).Text("subject", one.Subject).Text("timestampCertificate", one.TimestampCertificate).Build()))
        .Text("trustedRootConfigMap", verify.TrustedRootConfigMap)
        .Plain("requireTransparencyLog", True(verify.RequireTransparencyLog))
        .Texts("signedAs", verify.SignedAs);

    private static MappingBuilder Of(ToolsSpec tools) => new MappingBuilder()
        .Texts("include", tools.Include ?? [])
        .Texts("exclude", tools.Exclude)
        .Mapping("rename", Texts(tools.Rename))
        .Text("prefix", tools.Prefix.Length == 0 ? null : tools.Prefix)
        .Mapping("overrides", tools.Overrides.Aggregate(new MappingBuilder(), (all, pair) => all.Add(pair.Key, Of(pair.Value).Build())));

    private static MappingBuilder Of(ToolOverride value) => new MappingBuilder()
        .Text("title", value.Title)
        .Text("description", value.Description)
        .Plain("readOnlyHint", Truth(value.ReadOnlyHint))
        .Plain("destructiveHint", Truth(value.DestructiveHint))
        .Plain("idempotentHint", Truth(value.IdempotentHint))
        .Plain("openWorldHint", Truth(value.OpenWorldHint));

    private static MappingBuilder Of(ResourcesSpec resources) => new MappingBuilder()
        .Mapping("requests", new MappingBuilder().Text("cpu", resources.CpuRequest).Text("memory", resources.MemoryRequest))
        .Mapping("limits", new MappingBuilder().Text("cpu", resources.CpuLimit));

    private static MappingBuilder Of(PlacementSpec placement) => new MappingBuilder()
        .Mapping("nodeSelector", Texts(placement.NodeSelector))
        .Nodes("tolerations", placement.Tolerations)
        .Add("affinity", placement.Affinity)
        .Nodes("topologySpreadConstraints", placement.TopologySpreadConstraints)
        .Text("priorityClassName", placement.PriorityClassName)
        .Text("runtimeClassName", placement.RuntimeClassName);

    private static MappingBuilder Of(EndpointSpec endpoint) => new MappingBuilder()
        .Texts("hostnames", endpoint.Hostnames)
        .Text("tlsSecret", endpoint.TlsSecret)
        .Mapping("bearerToken", endpoint.BearerToken is { } token ? new MappingBuilder().Text("name", token.Name).Text("key", token.Key) : null)
        .Mapping("ingress", new MappingBuilder().Nodes("from", endpoint.IngressFrom));

    private static MappingBuilder Of(ServiceSpec service) => new MappingBuilder()
        .Text("type", service.Type.ToString())
        .Plain("port", $"{service.Port}")
        .Mapping("annotations", Texts(service.Annotations));

    private static MappingBuilder Of(HttpRouteSpec route) => new MappingBuilder()
        .Nodes("parentRefs", route.ParentRefs)
        .Texts("hostnames", route.Hostnames);

    private static MappingBuilder Texts(ImmutableSortedDictionary<string, string> texts) =>
        texts.Aggregate(new MappingBuilder(), (all, pair) => all.Text(pair.Key, pair.Value));

    private static string? True(bool value) => value ? "true" : null;

    private static string? Truth(bool? value) => value is null ? null : value.Value ? "true" : "false";
}
