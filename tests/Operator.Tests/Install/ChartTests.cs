using System.Diagnostics;
using System.Text.Json.Nodes;
using Tapedeck.Operator.Hosting;
using Tapedeck.Operator.Tests.Children;
using Tapedeck.Operator.Tests.Cluster;
using Tapedeck.Operator.Tests.Crds;
using Xunit;

namespace Tapedeck.Operator.Tests.Install;

/// <summary>The Helm chart, and that it is the same as what kustomize makes of config/.</summary>
public sealed class ChartTests
{
    /// <summary>Said in the template and by no value: the pod has one service account and one port.</summary>
    private static readonly string[] NotOfTheInstaller = ["--kubeconfig", "--health-port", "--help", "--version"];

    private const string Everything = """
        {"image": {"registry": "mirror.acme.example:5000/tapedeck/", "tag": "1.2.3", "pullPolicy": "Always", "pullSecrets": [{"name": "mirror"}], "runtimePullSecrets": ["mirror"]},
         "watchNamespace": "tools", "ceilings": false, "replicas": 1, "workers": 9, "registrySlots": 5, "nodeSelector": {"kubernetes.io/arch": "arm64"},
         "tolerations": [{"key": "control-plane", "operator": "Exists"}], "affinity": {"nodeAffinity": {}}, "priorityClassName": "system-cluster-critical",
         "cluster": {"ranges": ["10.244.0.0/16", "10.96.0.0/12"], "closedRanges": ["192.0.2.0/24"], "registryRanges": ["10.9.0.0/24"], "registryHosts": ["auth.acme.example", "*.cdn.example"], "tokenHosts": ["registry.acme.example=gitlab.acme.example"], "mirrors": ["docker.io=mirror.acme.example:5000"], "containerImages": true, "dnsPeers": [{"podSelector": {"matchLabels": {"app": "dns"}}}, {"ipBlock": {"cidr": "169.254.20.10/32"}}], "dnsPorts": [53, 5353], "assignsUsers": true},
         "trustedRootConfigMap": "sigstore", "tenants": {"loadBalancer": true, "serviceAnnotations": true, "priorityClass": true, "runtimeClass": true, "plainHttp": true, "httpRoute": true, "registries": ["ghcr.io/acme", "registry.example:5000"]},
         "scraperPeer": {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}, "telemetryPeer": {"podSelector": {"matchLabels": {"app": "collector"}}},
         "telemetry": {"endpoint": "http://collector.monitoring.svc:4318", "protocol": "http/protobuf"},
         "proxy": {"https": "http://proxy.acme.example:3128", "http": "http://proxy.acme.example:3129", "bypass": [".svc", "10.0.0.0/8"], "peer": {"ipBlock": {"cidr": "10.9.9.9/32"}}},
         "networkPolicy": {"enabled": true, "egressPorts": [16443]}, "monitoring": {"enabled": true, "runbooks": "https://acme.example/runbooks"}}
        """;

    public static TheoryData<string> Values => ["{}", """{"watchNamespace": "tools"}""", """{"crds": {"keep": false}}""", Everything];

    [ChartTheory]
    [InlineData("default", "{\"image\": {\"tag\": \"latest\"}}")]
    [InlineData("monitoring", "{\"monitoring\": {\"enabled\": true}}")]
    [InlineData("namespaced", "{\"image\": {\"tag\": \"latest\"}, \"watchNamespace\": \"tools\"}")]
    public async Task The_chart_and_kustomize_make_the_same_objects(string folder, string values)
    {
        Assert.True(Kubectl.IsThere, "kubectl is not on the PATH: it is what reads kustomizations");
        var kustomized = Manifests.Read(await KustomizeAsync(folder)).Where(one => one["kind"]!.GetValue<string>() != "Namespace").ToDictionary(Manifests.NameOf);
        // Monitoring stands beside the rest.
        var rest = folder == "monitoring" ? (await HelmTemplate.ObjectsAsync()).Select(Manifests.NameOf).ToHashSet() : [];
        var rendered = (await HelmTemplate.ObjectsAsync(values)).Where(one => !rest.Contains(Manifests.NameOf(one))).ToDictionary(Manifests.NameOf);
        Assert.Equal(kustomized.Keys.Order(StringComparer.Ordinal), rendered.Keys.Order(StringComparer.Ordinal));
        Assert.All(kustomized, pair => Assert.Equal(Manifests.Canonical(pair.Value), Manifests.Canonical(rendered[pair.Key])));
    }

    [ChartTheory]
    [MemberData(nameof(Values))]
    public async Task Every_object_is_whole(string values)
    {
        var objects = await HelmTemplate.ObjectsAsync(values);
        Assert.Equal(objects.Length, objects.Select(Manifests.NameOf).Distinct().Count());
        Assert.All(objects, one =>
        {
            Assert.NotNull(one["apiVersion"]);
            var isOfTheCluster = one["kind"]!.GetValue<string>().StartsWith("Cluster", StringComparison.Ordinal) || one["kind"]!.GetValue<string>() == "CustomResourceDefinition";
            Assert.Equal(isOfTheCluster, one["metadata"]!["namespace"] is null);
            Assert.True(isOfTheCluster && one["kind"]!.GetValue<string>() == "CustomResourceDefinition" || one["metadata"]!["labels"]!["app.kubernetes.io/managed-by"]!.GetValue<string>() == "Helm");
        });
    }

    [ChartFact]
    public async Task Whatever_the_operator_can_be_told_can_be_said_in_values()
    {
        var said = Manifests.Arguments(await HelmTemplate.ObjectsAsync(Everything)).Concat(Manifests.Arguments(await HelmTemplate.ObjectsAsync("""{"watchNamespace": "tools"}"""))).Select(argument => argument.Split('=')[0]).ToHashSet();
        var known = OperatorCommand.Make().Options.Select(option => option.Name).Except(NotOfTheInstaller).ToHashSet();
        Assert.Equal(known.Order(StringComparer.Ordinal), said.Order(StringComparer.Ordinal));
    }

    [ChartTheory]
    [MemberData(nameof(Values))]
    public async Task The_operator_understands_what_it_is_told(string values)
    {
        var parsed = OperatorCommand.Make().Parse(Manifests.Arguments(await HelmTemplate.ObjectsAsync(values)));
        Assert.Empty(parsed.Errors);
    }

    [ChartFact]
    public async Task Tenants_may_ask_for_nothing_unless_the_installer_says_so() =>
        Assert.DoesNotContain(Manifests.Arguments(await HelmTemplate.ObjectsAsync()), argument => argument.StartsWith("--allow", StringComparison.Ordinal));

    [ChartTheory]
    [MemberData(nameof(Values))]
    public async Task The_operator_runs_where_the_restricted_profile_is_enforced(string values)
    {
        var deployment = (await HelmTemplate.ObjectsAsync(values)).Single(one => one["kind"]!.GetValue<string>() == "Deployment");
        Assert.Empty(Restricted.Violations(deployment["spec"]!["template"]!["spec"]!));
        Assert.True(Manifests.Container(deployment)["securityContext"]!["readOnlyRootFilesystem"]!.GetValue<bool>());
    }

    [ChartTheory]
    [MemberData(nameof(Values))]
    public async Task No_role_has_a_wildcard_a_list_of_Secrets_or_a_way_to_more_rights(string values)
    {
        var rights = (await HelmTemplate.ObjectsAsync(values)).Where(one => one["rules"] is not null).SelectMany(Manifests.Rights).ToArray();
        Assert.True(rights.Length > 30);
        Assert.DoesNotContain(rights, right => right.Contains('*', StringComparison.Ordinal) || right.EndsWith(" escalate", StringComparison.Ordinal) || right.EndsWith(" bind", StringComparison.Ordinal) || right.EndsWith(" impersonate", StringComparison.Ordinal));
        Assert.Equal("/secrets get", Assert.Single(rights, right => right.StartsWith("/secrets", StringComparison.Ordinal)));
    }

    [ChartFact]
    public async Task An_operator_of_one_namespace_has_no_right_in_the_cluster()
    {
        var objects = await HelmTemplate.ObjectsAsync("""{"watchNamespace": "tools", "ceilings": false}""");
        Assert.DoesNotContain(objects, one => one["kind"]!.GetValue<string>() == "ClusterRoleBinding");
        Assert.All(objects.Where(one => one["kind"]!.GetValue<string>() == "ClusterRole"), one => Assert.Contains(one["metadata"]!["labels"]!.AsObject(), label => label.Key.StartsWith("rbac.authorization.k8s.io/aggregate-to-", StringComparison.Ordinal)));
        Assert.Equal("tools", objects.Single(one => Manifests.NameOf(one) == "Role tools/tapedeck-operator")["metadata"]!["namespace"]!.GetValue<string>());
    }

    [ChartFact]
    public async Task The_custom_resources_come_with_the_chart_and_stay_when_it_goes()
    {
        JsonObject[] Definitions(JsonObject[] all) => [.. all.Where(one => one["kind"]!.GetValue<string>() == "CustomResourceDefinition")];
        var kept = Definitions(await HelmTemplate.ObjectsAsync());
        Assert.Equal(Schema.Files.Length, kept.Length);
        Assert.All(kept, one => Assert.Equal("keep", one["metadata"]!["annotations"]!["helm.sh/resource-policy"]!.GetValue<string>()));
        Assert.All(Definitions(await HelmTemplate.ObjectsAsync("""{"crds": {"keep": false}}""")), one => Assert.Null(one["metadata"]!["annotations"]));
        Assert.Empty(Definitions(await HelmTemplate.ObjectsAsync("""{"crds": {"install": false}}""")));
    }

    /// <summary>What a mirror has to have.</summary>
    [ChartFact]
    public async Task All_images_come_from_one_place_and_are_listed()
    {
        var listed = Repository.Read("charts", "tapedeck", "images.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('#')).Order();
        Assert.Equal(listed, Images(await HelmTemplate.ObjectsAsync()).Order());
        Assert.Equal(
            ["mirror.acme.example:5000/tapedeck/tapedeck/operator:1.2.3", "mirror.acme.example:5000/tapedeck/tapedeck/runtime:1.2.3"], Images(await HelmTemplate.ObjectsAsync(Everything)).Order());
    }

    [ChartTheory]
    [InlineData("""{"replica": 2}""", "replica")]
    [InlineData("""{"tenants": {"loadbalancer": true}}""", "loadbalancer")]
    [InlineData("""{"tenants": {"loadBalancer": "yes"}}""", "loadBalancer")]
    [InlineData("""{"replicas": -1}""", "replicas")]
    [InlineData("""{"image": {"pullPolicy": "Sometimes"}}""", "pullPolicy")]
    [InlineData("""{"image": {"registry": "https://mirror"}}""", "registry")]
    [InlineData("""{"cluster": {"ranges": ["10.0.0.0"]}}""", "ranges")]
    [InlineData("""{"cluster": {"dnsPeers": [{}]}}""", "dnsPeers")]
    [InlineData("""{"cluster": {"dnsPorts": []}}""", "dnsPorts")]
    [InlineData("""{"image": {"runtimePullSecrets": [{"name": "mirror"}]}}""", "runtimePullSecrets")]
    [InlineData("""{"watchNamespace": "Tools"}""", "watchNamespace")]
    [InlineData("""{"scraperPeer": {"pods": {}}}""", "scraperPeer")]
    [InlineData("""{"networkPolicy": {"egressPorts": []}}""", "egressPorts")]
    [InlineData("""{"telemetry": {"endpoint": "http://collector"}}""", "endpoint")]
    [InlineData("""{"telemetry": {"protocol": "carrier pigeon"}}""", "protocol")]
    [InlineData("""{"proxy": {"https": "http://me:secret@proxy.acme.example:3128"}}""", "https")]
    [InlineData("""{"trustedRootConfigMap": "Root"}""", "trustedRootConfigMap")]
    [InlineData("""{"tenants": {"registries": ["https://ghcr.io"]}}""", "registries")]
    public async Task A_value_that_makes_no_sense_is_refused(string values, string name)
    {
        var (code, _, error) = await HelmTemplate.TryAsync(values);
        Assert.NotEqual(0, code);
        Assert.Contains(name, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_value_is_described_in_the_schema_and_has_a_default()
    {
        var schema = JsonNode.Parse(Repository.Read("charts", "tapedeck", "values.schema.json"))!.AsObject();
        var values = Manifests.Read(Repository.Read("charts", "tapedeck", "values.yaml")).Single();
        Assert.Equal(Paths(values).Order(StringComparer.Ordinal), Described(schema, "").Where(path => path != "global").Order(StringComparer.Ordinal));

        IEnumerable<string> Described(JsonObject at, string path) => at["properties"] is JsonObject properties && !path.StartsWith("resources", StringComparison.Ordinal)
            ? properties.SelectMany(property =>
            {
                Assert.True(property.Value!["description"] is not null, $"{path}{property.Key} is not described");
                return Described(property.Value.AsObject(), $"{path}{property.Key}.");
            })
            : [path.TrimEnd('.')];

        IEnumerable<string> Paths(JsonObject at, string path = "") => at.SelectMany(field =>
            field.Value is JsonObject { Count: > 0 } inner && field.Key != "resources" ? Paths(inner, $"{path}{field.Key}.") : [$"{path}{field.Key}"]);
    }

    [ChartFact]
    public async Task The_operator_is_walled_in()
    {
        var policy = (await HelmTemplate.ObjectsAsync(Everything)).Single(one => one["kind"]!.GetValue<string>() == "NetworkPolicy");
        Assert.Equal("[\"Ingress\",\"Egress\"]", policy["spec"]!["policyTypes"]!.ToJsonString());
        Assert.Equal([8081], Ports(policy["spec"]!["ingress"]!));
        Assert.Equal([53, 53, 5353, 5353, 16443, 9090, 4318, 3128, 3129], Ports(policy["spec"]!["egress"]!));
        // Who is not named gets in nowhere.
        Assert.Null((await HelmTemplate.ObjectsAsync()).Single(one => one["kind"]!.GetValue<string>() == "NetworkPolicy")["spec"]!["ingress"]);
    }

    [ChartFact]
    public async Task The_operator_reads_the_trusted_root_where_it_is_mounted()
    {
        var deployment = (await HelmTemplate.ObjectsAsync(Everything)).Single(one => one["kind"]!.GetValue<string>() == "Deployment");
        var mount = Manifests.Container(deployment)["volumeMounts"]!.AsArray().Single()!;
        var volume = deployment["spec"]!["template"]!["spec"]!["volumes"]!.AsArray().Single(volume => volume!["name"]!.GetValue<string>() == mount["name"]!.GetValue<string>())!;
        Assert.Equal("sigstore", volume["configMap"]!["name"]!.GetValue<string>());
        Assert.Contains($"--trusted-root={mount["mountPath"]}/{volume["configMap"]!["items"]![0]!["path"]}", Manifests.Arguments([deployment]));
    }

    [ChartFact]
    public async Task The_operator_asks_for_no_user_where_the_cluster_assigns_them()
    {
        static async Task<string> SecurityAsync(string values) =>
            (await HelmTemplate.ObjectsAsync(values)).Single(one => one["kind"]!.GetValue<string>() == "Deployment")["spec"]!["template"]!["spec"]!["securityContext"]!.ToJsonString();
        Assert.Equal("""{"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}}""", await SecurityAsync(Everything));
        Assert.Equal("""{"runAsNonRoot":true,"runAsUser":65532,"runAsGroup":65532,"seccompProfile":{"type":"RuntimeDefault"}}""", await SecurityAsync("{}"));
    }

    [ChartFact]
    public async Task The_operator_sends_its_telemetry_where_tools_do()
    {
        var deployment = (await HelmTemplate.ObjectsAsync(Everything)).Single(one => one["kind"]!.GetValue<string>() == "Deployment");
        var variables = Manifests.Container(deployment)["env"]!.AsArray().ToDictionary(one => one!["name"]!.GetValue<string>(), one => one!["value"]?.GetValue<string>());
        Assert.Equal(("http://collector.monitoring.svc:4318", "http/protobuf"), (variables["OTEL_EXPORTER_OTLP_ENDPOINT"], variables["OTEL_EXPORTER_OTLP_PROTOCOL"]));
        Assert.Equal("k8s.namespace.name=tapedeck-system,k8s.pod.name=$(POD_NAME)", variables["OTEL_RESOURCE_ATTRIBUTES"]);
        Assert.Contains("POD_NAME", variables);
        Assert.Contains("--telemetry-endpoint=http://collector.monitoring.svc:4318", Manifests.Arguments([deployment]));
        // Nobody is told anything unasked.
        Assert.DoesNotContain(Manifests.Container((await HelmTemplate.ObjectsAsync()).Single(one => one["kind"]!.GetValue<string>() == "Deployment"))["env"]!.AsArray(), one => one!["name"]!.GetValue<string>().StartsWith("OTEL", StringComparison.Ordinal));
    }

    private static IEnumerable<int> Ports(JsonNode rules) => rules.AsArray().SelectMany(rule => rule!["ports"]!.AsArray()).Select(port => port!["port"]!.GetValue<int>());

    private static IEnumerable<string> Images(JsonObject[] objects) =>
    [
        Manifests.Container(objects.Single(one => one["kind"]!.GetValue<string>() == "Deployment"))["image"]!.GetValue<string>(),
        Manifests.Arguments(objects).Single(argument => argument.StartsWith("--runtime-image=", StringComparison.Ordinal))["--runtime-image=".Length..],
    ];

    private static async Task<string> KustomizeAsync(string folder)
    {
        using var process = Process.Start(new ProcessStartInfo("kubectl", ["kustomize", Path.Combine(Repository.Root, "config", folder)]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        return await output;
    }
}
