using System.Globalization;
using System.Text.Json.Nodes;
using Tapedeck.Manifest;
using Tapedeck.Manifest.Specs;
using Tapedeck.Policy.Limits;

namespace Tapedeck.Operator.Children;

/// <summary>The one container of a pod.</summary>
internal static class RuntimeContainer
{
    /// <summary>Nobody on any image: no file belongs to it.</summary>
    internal const int User = 65532;

    /// <summary>Seconds that a pod has to go: a few in which it still takes calls, its drain, in which those that run may end or are told that they cannot, and some to spare.</summary>
    internal const int GraceSeconds = 60;

    private const string OperationsPortName = "operations";
    private const string DefaultCpuRequest = "50m";
    private const long ScratchBytes = 16L << 20;

    internal static JsonObject Make(WasmTool tool, PodVolumes volumes, Settings settings) => Json.Object(
        ("name", "runtime"),
        ("image", settings.RuntimeImage),
        ("imagePullPolicy", settings.RuntimePullPolicy is { } policy ? JsonValue.Create(policy) : null),
        ("args", Json.Texts(Arguments(tool, settings))),
        ("env", Json.Array(Environment(tool, settings))),
        ("ports", Json.Array(
            Port(ServiceChildren.McpPortName, PodPaths.McpPort),
            Port(OperationsPortName, PodPaths.OperationsPort))),
        // The first translation of a component takes seconds, and a pull may take minutes.
        ("startupProbe", Probe("/healthz", 2, 60)),
        ("readinessProbe", Probe("/readyz", 5, 3)),
        ("livenessProbe", Probe("/healthz", 10, 6)),
        ("resources", Resources(tool.Spec)),
        ("securityContext", Json.Object(
            ("allowPrivilegeEscalation", false),
            ("readOnlyRootFilesystem", true),
            ("privileged", false),
            ("capabilities", Json.Object(("drop", Json.Texts(["ALL"])))))),
        ("volumeMounts", volumes.Mounts()));

    internal static JsonObject Scratch() => Json.Object(("sizeLimit", Quantity.Format(ScratchBytes)));

    private static List<string> Arguments(WasmTool tool, Settings settings)
    {
        var source = (OciSource)tool.Spec.Component;
        List<string> all = ["serve", "--manifest", "--log-format", "json"];
        // All addresses of both families, or of the one that there is.
        all.AddRange(["--listen", $"[::]:{PodPaths.McpPort}", "--operations", $"[::]:{PodPaths.OperationsPort}"]);
        all.AddRange(ServiceChildren.Hosts(tool).SelectMany(host => new[] { "--allowed-host", host }));
        all.AddRange(tool.Spec.Endpoint.TlsSecret is null ? [] : ["--tls", PodPaths.Tls]);
        all.AddRange(tool.Spec.Endpoint.BearerToken is null ? [] : ["--bearer-token-file", PodPaths.BearerToken]);
        all.AddRange(source.PlainHttp ? ["--plain-http", source.Registry] : []);
        all.AddRange(settings.RegistryRanges.SelectMany(range => new[] { "--allow-address", range.ToString() }));
        // Those of its own registry: what the installer says of others rolls nothing out.
        all.AddRange(settings.TokenHosts.Where(each => each.Registry == source.Registry).SelectMany(each => new[] { "--token-host", each.ToString() }));
        all.AddRange(settings.Mirrors.Where(each => each.Registry == source.Registry).SelectMany(each => new[] { "--mirror", each.ToString() }));
        all.AddRange(settings.ContainerImages ? ["--container-images"] : []);
        return all;
    }

    private static IEnumerable<JsonNode?> Environment(WasmTool tool, Settings settings)
    {
        yield return OfField("POD_IPS", "status.podIPs");
        var proxies = settings.Proxies;
        if (settings.Telemetry is { } telemetry)
        {
            yield return OfField("POD_NAME", "metadata.name");
            yield return Variable("OTEL_EXPORTER_OTLP_ENDPOINT", telemetry.Endpoint.OriginalString);
            yield return Variable("OTEL_EXPORTER_OTLP_PROTOCOL", telemetry.Protocol);
            // https://opentelemetry.io/docs/specs/semconv/resource/k8s/
            yield return Variable("OTEL_RESOURCE_ATTRIBUTES", $"k8s.namespace.name={tool.Namespace},k8s.pod.name=$(POD_NAME),tapedeck.tool={tool.QualifiedName}");
            // What sends it goes by the same variables.
            proxies = proxies with { Bypass = [.. proxies.Bypass, telemetry.Endpoint.Host] };
        }
        foreach (var (name, value) in proxies.Variables())
        {
            yield return Variable(name, value);
        }
    }

    private static JsonObject Variable(string name, string value) => Json.Object(("name", name), ("value", value));

    private static JsonObject OfField(string name, string path) => Json.Object(("name", name), ("valueFrom", Json.Object(("fieldRef", Json.Object(("fieldPath", path))))));

    private static JsonObject Port(string name, int port) => Json.Object(("name", name), ("containerPort", port), ("protocol", "TCP"));

    private static JsonObject Probe(string path, int period, int failures) => Json.Object(
        ("httpGet", Json.Object(("path", path), ("port", OperationsPortName), ("scheme", "HTTP"))),
        ("periodSeconds", period),
        ("timeoutSeconds", 3),
        ("failureThreshold", failures));

    private static JsonObject Resources(WasmToolSpec spec) => Json.Object(
        ("requests", Json.Object(
            ("cpu", spec.Resources.CpuRequest ?? DefaultCpuRequest),
            ("memory", spec.Resources.MemoryRequest ?? Bytes(Memory.DefaultRequest)))),
        ("limits", Json.Object(
            ("cpu", spec.Resources.CpuLimit is { } cpu ? JsonValue.Create(cpu) : null),
            ("memory", Bytes(Memory.Limit(spec.Limits))))));

    private static string Bytes(long bytes) => Quantity.Format(bytes).ToString(CultureInfo.InvariantCulture);
}
