using System.Text.Json;
using System.Text.Json.Nodes;
using Tapedeck.Operator.Policies;
using Tapedeck.Operator.Tools;
using Tapedeck.Policy.Specs;
using Xunit;

namespace Tapedeck.Operator.Tests.Children;

/// <summary>All children of a tool, byte by byte. TAPEDECK_WRITE_GOLDEN=1 writes the files anew, to be read before they are committed.</summary>
public sealed class GoldenTests
{
    private const string Whole = """
        component:
          oci: {repository: "registry.example:5000/acme/weather", ref: {semver: 1.x}, pullSecrets: [registry-login], certificateConfigMap: registry-ca}
        verify: {keys: ["-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n"]}
        tools: {prefix: acme_}
        limits: {memory: 128Mi, concurrentCalls: 4}
        replicas: 3
        resources: {requests: {cpu: 100m, memory: 256Mi}, limits: {cpu: "2"}}
        placement:
          nodeSelector: {disk: ssd}
          tolerations: [{key: wasm, operator: Exists}]
          topologySpreadConstraints: [{maxSkew: 1}]
        endpoint:
          hostnames: [weather.example]
          tlsSecret: weather-tls
          bearerToken: {name: weather-token, key: bearer}
          ingress: {from: [{podSelector: {matchLabels: {app: agent}}}]}
        service: {port: 443}
        httpRoute: {parentRefs: [{name: gateway}], hostnames: [weather.example]}
        """;

    private const string Capable = """
        toolSelector: {}
        network:
          allow:
            - {host: api.example, schemes: [https]}
            - {cidr: 10.20.0.0/16, ports: [5432], protocol: tcp}
        environment:
          allow:
            - {name: TOKEN, valueFrom: {secretKeyRef: {name: weather-secrets, key: token}}}
            - {name: REGION, valueFrom: {configMapKeyRef: {name: weather-config, key: region}}}
            - {name: MODE, value: fast}
        storage:
          allow:
            - {path: /scratch, access: [read, write], volume: {name: scratch, emptyDir: {sizeLimit: 64Mi}}}
            - {path: /data, access: [read], volume: {name: data, persistentVolumeClaim: {claimName: weather-data}}}
        """;

    private static readonly Dictionary<string, (string Spec, string? Policy)> Tools = new()
    {
        ["plain"] = (Given.Plain, null),
        ["autoscaled"] = ("component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1}}}", "toolSelector: {}\nnetwork: {allow: [{cidr: 0.0.0.0/0, ports: [443, 8000-8100], protocol: tcp}]}"),
        ["whole"] = (Whole, Capable),
        ["named"] = (Given.Plain, "toolSelector: {}\nnetwork: {allow: [{host: '*.api.example', schemes: [https]}, {host: api.example, schemes: [https]}, {cidr: 10.20.0.0/16, ports: [5432], protocol: tcp}]}"),
    };

    public static TheoryData<string> Names => [.. Tools.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_children_of_a_tool_are_these(string name)
    {
        var actual = Write(name);
        var file = Path.Combine(Repository.Root, "tests", "Operator.Tests", "Golden", $"{name}.json");
        if (Environment.GetEnvironmentVariable("TAPEDECK_WRITE_GOLDEN") == "1")
        {
            File.WriteAllText(file, actual);
        }
        Assert.Equal(File.ReadAllText(file), actual);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_input_gives_the_same_bytes(string name) => Assert.Single(Enumerable.Range(0, 200).Select(_ => Write(name)).Distinct());

    [Theory]
    [MemberData(nameof(Names))]
    public void A_pod_keeps_the_restricted_profile(string name) => Assert.Empty(Restricted.Violations(PodSpec(name)));

    [Fact]
    public void A_number_of_pods_that_is_left_out_is_left_to_others() =>
        Assert.Null(Children("autoscaled").Single(child => child["kind"]!.GetValue<string>() == "Deployment")["spec"]!["replicas"]);

    [Fact]
    public void What_pods_do_not_read_changes_no_template()
    {
        var before = PodSpec("plain").ToJsonString();
        var (spec, _) = Tools["plain"];
        var after = Plan(spec.Replace("replicas: 1", "replicas: 5\nservice: {port: 8443}", StringComparison.Ordinal), Tools["autoscaled"].Policy);
        Assert.Equal(before, PodSpec(after).ToJsonString());
    }

    [Fact]
    public void A_claim_is_not_asked_for_by_two_pods_at_once()
    {
        string Strategy(string name) => Children(name).Single(child => child["kind"]!.GetValue<string>() == "Deployment")["spec"]!["strategy"]!["type"]!.GetValue<string>();
        Assert.Equal("Recreate", Strategy("whole"));
        Assert.Equal("RollingUpdate", Strategy("plain"));
    }

    /// <summary>A pod verifies again, and can mount nothing of the operator's namespace.</summary>
    [Fact]
    public void The_installers_trusted_root_goes_with_a_tool_that_names_none()
    {
        const string keyless = Given.Plain + "\nverify: {keyless: [{issuer: 'https://issuer.example', identity: me}]}";
        var settings = Given.Settings with { TrustedRoot = "{\"a\":\"root\"}" };
        var theirs = Plan(keyless, null, settings: settings);
        var map = theirs.Single(child => child["data"]?["tool.json"] is not null);
        Assert.Equal("{\"a\":\"root\"}", map["data"]!["trusted_root.json"]!.GetValue<string>());
        Assert.Equal($"{{\"name\":\"{map["metadata"]!["name"]}\",\"items\":[{{\"key\":\"trusted_root.json\",\"path\":\"trusted_root.json\"}}]}}", TrustOf(theirs)!.ToJsonString());
        // Another root is a roll-out.
        Assert.NotEqual(map["metadata"]!["name"]!.GetValue<string>(), Plan(keyless, null, settings: settings with { TrustedRoot = "{}" }).Single(child => child["data"]?["tool.json"] is not null)["metadata"]!["name"]!.GetValue<string>());
        Assert.Equal("{\"name\":\"mine\",\"items\":[{\"key\":\"trusted_root.json\",\"path\":\"trusted_root.json\"}]}", TrustOf(Plan(keyless.Replace("verify: {", "verify: {trustedRootConfigMap: mine, ", StringComparison.Ordinal), null, settings: settings))!.ToJsonString());
        Assert.Null(TrustOf(Plan(Given.Plain, null, settings: settings)));

        static JsonNode? TrustOf(JsonNode[] children) => PodSpec(children)["volumes"]!.AsArray().SingleOrDefault(volume => volume!["name"]!.GetValue<string>() == "trust")?["configMap"];
    }

    [Fact]
    public void A_pod_is_told_of_the_collector_and_of_proxies_and_its_wall_lets_it_there()
    {
        var settings = Given.Settings with
        {
            Telemetry = new(new Uri("http://collector.monitoring.svc:4318"), "http/protobuf"),
            Proxies = new(new Uri("http://proxy.example:3128"), new Uri("http://proxy.example:80"), [".svc"]),
            Peers = Given.Settings.Peers with { Telemetry = PodPeers.Peer("monitoring", "app", "collector"), Proxy = """{"ipBlock": {"cidr": "10.9.9.9/32"}}""" },
        };
        var children = Plan(Given.Plain, null, settings: settings);
        var variables = PodSpec(children)["containers"]![0]!["env"]!.AsArray().Select(one => $"{one!["name"]}={one["value"] ?? one["valueFrom"]!["fieldRef"]!["fieldPath"]}");
        Assert.Equal(
            [
                "POD_IPS=status.podIPs",
                "POD_NAME=metadata.name",
                "OTEL_EXPORTER_OTLP_ENDPOINT=http://collector.monitoring.svc:4318",
                "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
                "OTEL_RESOURCE_ATTRIBUTES=k8s.namespace.name=team-a,k8s.pod.name=$(POD_NAME),tapedeck.tool=team-a/weather",
                "HTTPS_PROXY=http://proxy.example:3128",
                "HTTP_PROXY=http://proxy.example:80",
                "NO_PROXY=.svc,collector.monitoring.svc",
            ],
            variables);
        var wall = new Wall(children.Single(child => child["kind"]!.GetValue<string>() == "NetworkPolicy")["spec"]!);
        var (collector, proxy) = (new Wall.Peer("monitoring", new() { ["app"] = "collector" }, "10.244.9.9"), new Wall.Peer("", [], "10.9.9.9"));
        Assert.Equal([true, false], new[] { 4318, 4317 }.Select(port => wall.LetsOut(collector, "TCP", port)));
        Assert.Equal([true, true, false], new[] { 3128, 80, 443 }.Select(port => wall.LetsOut(proxy, "TCP", port)));
        // A peer alone opens nothing.
        var closed = new Wall(Plan(Given.Plain, null, settings: settings with { Telemetry = null, Proxies = Proxies.None }).Single(child => child["kind"]!.GetValue<string>() == "NetworkPolicy")["spec"]!);
        Assert.False(closed.LetsOut(collector, "TCP", 4318) || closed.LetsOut(collector, "TCP", 4317) || closed.LetsOut(proxy, "TCP", 3128));
    }

    [Fact]
    public void A_cluster_that_assigns_users_is_asked_for_none()
    {
        var pod = PodSpec(Plan(Given.Plain, null, settings: Given.Settings with { AssignsUsers = true }));
        Assert.Equal("""{"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}}""", pod["securityContext"]!.ToJsonString());
        Assert.Equal("""{"runAsNonRoot":true,"runAsUser":65532,"runAsGroup":65532,"fsGroup":65532,"seccompProfile":{"type":"RuntimeDefault"}}""", PodSpec("plain")["securityContext"]!.ToJsonString());
        Assert.Empty(Restricted.Violations(pod));
    }

    [Fact]
    public void The_image_is_pulled_as_the_installer_says()
    {
        var pod = PodSpec(Plan(Given.Plain, null, settings: Given.Settings with { RuntimePullPolicy = "Always", RuntimePullSecrets = ["mirror", "other"] }));
        Assert.Equal("""[{"name":"mirror"},{"name":"other"}]""", pod["imagePullSecrets"]!.ToJsonString());
        Assert.Equal("Always", pod["containers"]![0]!["imagePullPolicy"]!.GetValue<string>());
        Assert.Null(PodSpec("plain")["imagePullSecrets"]);
    }

    private static JsonNode PodSpec(string name) => PodSpec(Children(name));

    private static JsonNode PodSpec(JsonNode[] children) => children.Single(child => child["kind"]!.GetValue<string>() == "Deployment")["spec"]!["template"]!["spec"]!;

    private static JsonNode[] Children(string name) => Plan(Tools[name].Spec, Tools[name].Policy, hasCilium: name == "named");

    private static JsonNode[] Plan(string spec, string? policy, bool hasCilium = false, Settings? settings = null)
    {
        PolicyEntry<CapabilityPolicySpec>[] policies = policy is null ? [] : [Given.Policy(policy)];
        var plan = Planning.Plan(Given.Observed(Given.Tool(spec), Given.Found, policies) with { Surface = Given.Surface with { CiliumPolicies = hasCilium } }, settings ?? Given.Settings);
        Assert.Null(plan.Obstacle);
        return [.. plan.Children.Select(child => JsonNode.Parse(child.Object.Json.GetRawText())!)];
    }

    private static string Write(string name) =>
        string.Join("\n", Children(name).Select(child => child.ToJsonString(new JsonSerializerOptions { WriteIndented = true }))) + "\n";
}
