using Tapedeck.Manifest.Specs;
using Tapedeck.Policy.Limits;
using Xunit;

namespace Tapedeck.Manifest.Tests.Reading;

public sealed class WasmToolReaderTests
{
    [Fact]
    public void A_tool_that_says_only_where_its_component_is_has_the_defaults()
    {
        var tool = Files.Read(Files.Tool(Files.Component));
        Assert.Equal("default/weather", tool.QualifiedName);
        Assert.Equal(new FileSource("weather.wasm", Files.Hash), tool.Spec.Component);
        Assert.Null(tool.Spec.Verify);
        Assert.Null(tool.Spec.Replicas);
        Assert.Null(tool.Spec.Tools.Include);
        Assert.True(tool.Spec.Limits.IsEmpty);
        Assert.Equal(ServiceSpec.ClusterIP, tool.Spec.Service);
    }

    [Fact]
    public void Everything_that_is_said_is_read()
    {
        var tool = Files.Read(Files.Whole);
        Assert.Equal("team-a/weather", tool.QualifiedName);
        Assert.Equal(7, tool.Generation);
        Assert.Equal("a", tool.Labels["team"]);
        var oci = Assert.IsType<OciSource>(tool.Spec.Component);
        Assert.Equal(new ArtifactRef(ArtifactRefKind.Semver, ">=1.2.0 <2.0.0"), oci.Ref);
        Assert.Equal(300_000, oci.Interval);
        Assert.True(oci.Suspend && oci.PlainHttp);
        Assert.Equal(new KeylessIdentity("https://issuer.example", "https://ci.example/acme/weather"), Assert.Single(tool.Spec.Verify!.Keyless));
        Assert.Equal("weather_forecast", tool.Spec.Tools.Rename["forecast"]);
        Assert.Equal(new ToolOverride("Forecast", "The weather of the next days.", true, false, null, null), tool.Spec.Tools.Overrides["forecast"]);
        Assert.Equal(128L << 20, tool.Spec.Limits[LimitName.Memory]);
        Assert.Equal(2, tool.Spec.Replicas);
        Assert.Equal(new ResourcesSpec("100m", "256Mi", "2"), tool.Spec.Resources);
        Assert.Equal("gvisor", tool.Spec.Placement.RuntimeClassName);
        Assert.Equal(new SecretKey("weather-token", "token"), tool.Spec.Endpoint.BearerToken);
        Assert.Equal(ServiceType.NodePort, tool.Spec.Service.Type);
        Assert.Equal(8080, tool.Spec.Service.Port);
        Assert.Single(tool.Spec.HttpRoute!.ParentRefs);
    }

    public static TheoryData<string, string, string> Refused => new()
    {
        { "no source", "component: {}", "tool.yaml:6:14: spec.component: expected exactly one of oci, layout, file and https, but found 0" },
        { "two sources", $"component: {{file: {{path: a, sha256: {Files.Hash}}}, layout: {{path: b}}}}", "spec.component: expected exactly one of oci, layout, file and https, but found 2" },
        { "no component", "replicas: 1", "spec.component: expected a mapping with oci, layout, file or https, but found nothing" },
        { "file without hash", "component: {file: {path: a}}", "spec.component.file.sha256: expected 64 lower-case hex digits" },
        { "hash in upper case", $"component: {{file: {{path: a, sha256: {Files.Hash.ToUpperInvariant()}}}}}", "spec.component.file.sha256: expected a SHA-256" },
        { "plain http url", $"component: {{https: {{url: 'http://a.example/x', sha256: {Files.Hash}}}}}", "spec.component.https.url: expected a URL that begins with https://" },
        { "password in a url", $"component: {{https: {{url: 'https://u:p@a.example/x', sha256: {Files.Hash}}}}}", "spec.component.https.url: expected a URL" },
        { "repository with a tag", "component: {oci: {repository: 'r.example/a:1', ref: {tag: '1'}}}", "spec.component.oci.repository: expected a registry with a path" },
        { "repository with a scheme", "component: {oci: {repository: 'oci://r.example/a', ref: {tag: '1'}}}", "spec.component.oci.repository: expected a registry with a path" },
        { "repository without a registry", "component: {oci: {repository: alone, ref: {tag: '1'}}}", "spec.component.oci.repository: expected a registry with a path" },
        { "no ref", "component: {oci: {repository: r.example/a}}", "spec.component.oci.ref: expected a mapping with a tag, semver or digest, but found nothing" },
        { "tag and digest", $"component: {{oci: {{repository: r.example/a, ref: {{tag: '1', digest: 'sha256:{Files.Hash}'}}}}}}", "spec.component.oci.ref: expected exactly one of tag, semver, digest, but found 2" },
        { "a tag like an option", "component: {oci: {repository: r.example/a, ref: {tag: '-x'}}}", "spec.component.oci.ref.tag: expected a tag" },
        { "a short digest", "component: {oci: {repository: r.example/a, ref: {digest: 'sha256:12'}}}", "spec.component.oci.ref.digest: expected sha256:" },
        { "an interval of no time", "component: {oci: {repository: r.example/a, ref: {tag: '1'}, interval: 1s}}", "spec.component.oci.interval: expected a time such as 30s, 1m30s or 500ms, from 30s to 168h" },
        { "a pull secret twice", "component: {oci: {repository: r.example/a, ref: {tag: '1'}, pullSecrets: [a, b, a]}}", "spec.component.oci.pullSecrets: 'a' is there twice" },
        { "a misspelt field", Files.Component + "\nverfy: {}", "spec.verfy: unknown field 'verfy'; did you mean 'verify'?" },
        { "verify nobody", Files.Component + "\nverify: {}", "spec.verify: expected 1 to 16 signers in keys, keyless and notation, but found 0" },
        { "an identity without issuer", Files.Component + "\nverify: {keyless: [{identity: a}]}", "spec.verify.keyless[0].issuer: expected the URL of the issuer, but found nothing" },
        { "a signature of no repository", Files.Component + "\nverify: {keys: [\"-----BEGIN PUBLIC KEY-----\"], signedAs: [\"ghcr.io\"]}", "spec.verify.signedAs[0]: expected a registry with a path such as ghcr.io/acme/weather, in lower case, without scheme, tag and digest" },
        { "a private key", Files.Component + "\nverify: {keys: [\"-----BEGIN PRIVATE KEY-----\\nsecret\"]}", "spec.verify.keys[0]: expected PEM that begins with -----BEGIN and is no private key" },
        { "include nothing", Files.Component + "\ntools: {include: []}", "spec.tools.include: expected at least one value" },
        { "two tools of one name", Files.Component + "\ntools: {rename: {a: x, b: x}}", "spec.tools.rename: a and b cannot both be called x" },
        { "a tool with a dot", Files.Component + "\ntools: {exclude: [a.b]}", "spec.tools.exclude[0]: expected the name of a tool" },
        { "a package instead of a function", Files.Component + "\ntools: {rename: {'acme:weather': x}}", "spec.tools.rename.acme:weather: expected the name of a tool: at most 64 letters, digits, '_' and '-', or the interface of a function and its name with '#' between them, but found" },
        { "a new name that is an export", Files.Component + "\ntools: {rename: {a: 'b:c/d#e'}}", "spec.tools.rename.a: expected the name of a tool: at most 64 letters, digits, '_' and '-', but found" },
        { "a limit beyond the largest", Files.Component + "\nlimits: {memory: 5Gi}", "spec.limits.memory:" },
        { "a limit of unknown name", Files.Component + "\nlimits: {memroy: 1Gi}", "did you mean 'memory'?" },
        { "too many replicas", Files.Component + "\nreplicas: 1001", "spec.replicas: expected a number of pods, from 0 to 1000" },
        { "a memory limit of the pod", Files.Component + "\nresources: {limits: {memory: 1Gi}}", "spec.resources.limits.memory: the memory limit of a pod follows from" },
        { "a toleration that is a text", Files.Component + "\nplacement: {tolerations: [a]}", "spec.placement.tolerations[0]: expected a mapping, but found 'a'" },
        { "a port of none", Files.Component + "\nservice: {port: 0}", "spec.service.port: expected a port, from 1 to 65535" },
        { "a service of unknown type", Files.Component + "\nservice: {type: ExternalName}", "spec.service.type: expected ClusterIP or NodePort or LoadBalancer" },
        { "a token without key", Files.Component + "\nendpoint: {bearerToken: {name: a}}", "spec.endpoint.bearerToken.key: expected the key in the Secret, but found nothing" },
        { "a route to nowhere", Files.Component + "\nhttpRoute: {parentRefs: []}", "spec.httpRoute.parentRefs: expected at least one value" },
        { "a route in the place of a Service", Files.Component + "\nhttpRoute: {parentRefs: [{name: gateway}, {group: '', kind: Service, name: payments}]}", "spec.httpRoute.parentRefs[1].kind: expected Gateway, but found 'Service'" },
        { "a route on a Gateway of another API", Files.Component + "\nhttpRoute: {parentRefs: [{group: '', name: gateway}]}", "spec.httpRoute.parentRefs[0].group: expected gateway.networking.k8s.io, but found ''" },
        { "a hostname with a path", Files.Component + "\nendpoint: {hostnames: ['a/b']}", "spec.endpoint.hostnames[0]: expected a host name in lower case" },
    };

    [Theory, MemberData(nameof(Refused))]
    public void Is_refused_with_its_place(string name, string spec, string problem) =>
        Assert.Contains(Files.Problems(Files.Tool(spec)), found => found.Contains(problem, StringComparison.Ordinal));

    [Theory]
    [InlineData("a23456789012345678901234567890123456789012345678901234")]
    [InlineData("with.dot")]
    public void A_name_that_no_service_can_have_is_refused(string name) =>
        Assert.Contains(Files.Problems(Files.Tool(Files.Component).Replace("name: weather", "name: " + name)), problem =>
            problem.Contains("metadata.name: expected at most 52", StringComparison.Ordinal));

    [Fact]
    public void Documents_of_other_kinds_are_named() =>
        Assert.Contains("tool.yaml:1:1: kind: expected WasmTool, CapabilityPolicy or ClusterCapabilityPolicy", Files.Problems("apiVersion: v1\nkind: Secret\n"));
}
