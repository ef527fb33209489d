using Tapedeck.Policy.Reading;
using Xunit;

namespace Tapedeck.Policy.Tests.Reading;

public sealed class PolicyFileTests
{
    private const string Head = "apiVersion: tapedeck.dev/v1alpha1\nkind: CapabilityPolicy\nmetadata: {name: p}\n";

    /// <summary>However much is wrong elsewhere in a file, a policy with a mistake is no policy.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(1000)]
    public void A_mistake_is_one_behind_any_number_of_others(int others)
    {
        var unknown = string.Concat(Enumerable.Range(0, others).Select(index => $"  unknown{index}: 1\n"));
        var file = PolicyFile.Read("p.yaml", $"{Head}spec:\n  toolSelector: {{}}\n{unknown}---\n{Head}spec:\n  toolSelector: {{}}\n  network: {{denny: [{{host: x.example}}]}}\n"
            + $"---\n{Head.Replace("Capability", "ClusterCapability", StringComparison.Ordinal)}spec:\n  network: {{denny: [{{host: x.example}}]}}\n");
        Assert.Empty(file.Policies);
        Assert.Empty(file.Ceilings);
        Assert.Equal(3, file.Invalid.Length);
    }

    [Theory]
    [InlineData("a misspelt list", "network: {denny: [{host: x.example}]}", "spec.network.denny: unknown field 'denny'; did you mean 'deny'?")]
    [InlineData("a misspelt kind of capability", "networks: {}", "spec.networks: unknown field 'networks'; did you mean 'network'?")]
    [InlineData("an unknown field", "colour: red", "unknown field 'colour'; known here: artifact, config,")]
    [InlineData("an unknown field of an entry", "network: {allow: [{host: x.example, port: 80}]}", "spec.network.allow[0].port: unknown field 'port'; did you mean 'ports'?")]
    [InlineData("a host with a scheme", "network: {allow: [{host: 'https://x.example/'}]}", "spec.network.allow[0].host: expected a host name such as api.example.com, or *.example.com for the names below it; scheme, port and path have fields of their own, but found 'https://x.example/'")]
    [InlineData("a host with a port", "network: {allow: [{host: 'x.example:80'}]}", "the port has a field of its own")]
    [InlineData("a host that is an address", "network: {allow: [{host: 10.0.0.1}]}", "an address is written as cidr: 10.0.0.1/32")]
    [InlineData("a host that is an address in hexadecimal", "network: {allow: [{host: '0x7f.1'}]}", "an address is written as cidr: 127.0.0.1/32")]
    [InlineData("every host", "network: {allow: [{host: '*'}]}", "every public address is cidr: 0.0.0.0/0")]
    [InlineData("a star inside", "network: {allow: [{host: 'a.*.example'}]}", "expected a host name")]
    [InlineData("two stars", "network: {allow: [{host: '*.*.example'}]}", "expected a host name")]
    [InlineData("localhost", "network: {allow: [{host: localhost}]}", "spec.network.allow[0].host: loopback can never be granted")]
    [InlineData("loopback", "network: {allow: [{cidr: 127.0.0.0/8}]}", "spec.network.allow[0].cidr: 127.0.0.0/8 (loopback) can never be granted")]
    [InlineData("metadata", "network: {allow: [{cidr: 169.254.169.254/32}]}", "(link-local) can never be granted")]
    [InlineData("mapped loopback", "network: {allow: [{cidr: '::ffff:127.0.0.1/128'}]}", "127.0.0.1/32 (loopback) can never be granted")]
    [InlineData("neither host nor cidr", "network: {allow: [{ports: [80]}]}", "spec.network.allow[0]: expected host, cidr, or both")]
    [InlineData("an empty deny", "network: {deny: [{}]}", "spec.network.deny[0]: expected at least one of host, cidr")]
    [InlineData("a raw socket without ports", "network: {allow: [{host: x.example, protocol: tcp}]}", "spec.network.allow[0].ports: expected at least one port")]
    [InlineData("a raw socket with a path", "network: {allow: [{host: x.example, protocol: tcp, ports: [80], pathPrefix: /x}]}", "cannot be enforced on raw sockets")]
    [InlineData("an unknown protocol", "network: {allow: [{host: x.example, protocol: sctp}]}", "expected http or tcp or udp, but found 'sctp'")]
    [InlineData("an unknown scheme", "network: {allow: [{host: x.example, schemes: [ftp]}]}", "spec.network.allow[0].schemes[0]: expected http or https, but found 'ftp'")]
    [InlineData("no schemes", "network: {allow: [{host: x.example, schemes: []}]}", "leave the field out to not narrow by it")]
    [InlineData("no methods", "network: {allow: [{host: x.example, methods: []}]}", "leave the field out to not narrow by it")]
    [InlineData("no ports", "network: {allow: [{host: x.example, ports: []}]}", "leave the field out to not narrow by it")]
    [InlineData("a method in lower case", "network: {allow: [{host: x.example, methods: [get]}]}", "expected a method in upper case, such as GET, but found 'get'")]
    [InlineData("a tunnel", "network: {allow: [{host: x.example, methods: [CONNECT]}]}", "whose tunnel no rule can see into")]
    [InlineData("port 0", "network: {allow: [{host: x.example, ports: [0]}]}", "spec.network.allow[0].ports[0]: expected a port from 1 to 65535")]
    [InlineData("a range of ports upside down", "network: {allow: [{host: x.example, ports: [90-80]}]}", "expected a port from 1 to 65535")]
    [InlineData("a port that is no number", "network: {allow: [{host: x.example, ports: [https]}]}", "but found 'https'")]
    [InlineData("ports that are no list", "network: {allow: [{host: x.example, ports: 80}]}", "spec.network.allow[0].ports: expected a list, but found '80'")]
    [InlineData("a path with dots", "network: {allow: [{host: x.example, pathPrefix: /a/../b}]}", "expected a path in normal form")]
    [InlineData("a path with an encoded slash", "network: {allow: [{host: x.example, pathPrefix: /a%2fb}]}", "expected a path in normal form")]
    [InlineData("a path with a query", "network: {allow: [{host: x.example, pathPrefix: '/a?b'}]}", "expected a path in normal form")]
    [InlineData("a folder of the node", "storage: {allow: [{volume: {name: a, hostPath: {path: /etc}}, path: /a, access: [read]}]}", "spec.storage.allow[0].volume.hostPath: a folder of the node is never mounted")]
    [InlineData("no source", "storage: {allow: [{volume: {name: a}, path: /a, access: [read]}]}", "expected exactly one of emptyDir, persistentVolumeClaim, configMap, secret, but found 0")]
    [InlineData("two sources", "storage: {allow: [{volume: {name: a, emptyDir: {sizeLimit: 1Mi}, secret: {secretName: s}}, path: /a, access: [read]}]}", "but found 2")]
    [InlineData("an empty folder without limit", "storage: {allow: [{volume: {name: a, emptyDir: {}}, path: /a, access: [read]}]}", "emptyDir.sizeLimit: expected a size such as 256Mi, but found nothing")]
    [InlineData("writing a secret", "storage: {allow: [{volume: {name: a, secret: {secretName: s}}, path: /a, access: [read, write]}]}", "a secret is mounted read-only: expected [read]")]
    [InlineData("writing without reading", "storage: {allow: [{volume: {name: a, emptyDir: {sizeLimit: 1Mi}}, path: /a, access: [write]}]}", "expected [read] or [read, write]")]
    [InlineData("no access", "storage: {allow: [{volume: {name: a, emptyDir: {sizeLimit: 1Mi}}, path: /a}]}", "spec.storage.allow[0].access: expected [read] or [read, write], but found nothing")]
    [InlineData("a relative path", "storage: {allow: [{volume: {name: a, emptyDir: {sizeLimit: 1Mi}}, path: a, access: [read]}]}", "expected an absolute path")]
    [InlineData("a path that climbs", "storage: {allow: [{volume: {name: a, emptyDir: {sizeLimit: 1Mi}}, path: /a/.., access: [read]}]}", "expected an absolute path")]
    [InlineData("a sub path that climbs", "storage: {allow: [{volume: {name: a, emptyDir: {sizeLimit: 1Mi}}, path: /a, access: [read], subPath: ../b}]}", "spec.storage.allow[0].subPath: expected a relative path")]
    [InlineData("a glob of Wassette", "storage: {allow: [{volume: {name: a, emptyDir: {sizeLimit: 1Mi}}, path: /a, access: [read], globs: ['**.txt']}]}", "spec.storage.allow[0].globs[0]: expected a pattern")]
    [InlineData("every variable", "environment: {allow: [{name: '*', value: x}]}", "spec.environment.allow[0].name: expected the name of one variable")]
    [InlineData("no value", "environment: {allow: [{name: K}]}", "spec.environment.allow[0]: expected exactly one of value and valueFrom")]
    [InlineData("two values", "environment: {allow: [{name: K, value: x, valueFrom: {secretKeyRef: {name: s, key: k}}}]}", "expected exactly one of value and valueFrom")]
    [InlineData("a value that is a number", "environment: {allow: [{name: K, value: 1}]}", "spec.environment.allow[0].value: expected a text; put it in quotes, but found '1'")]
    [InlineData("a value that is a truth", "environment: {allow: [{name: K, value: yes}]}", "expected a text; put it in quotes, but found 'yes'")]
    [InlineData("a reference without key", "environment: {allow: [{name: K, valueFrom: {secretKeyRef: {name: s}}}]}", "secretKeyRef.key: expected the key in the object, but found nothing")]
    [InlineData("a reference to nothing", "environment: {allow: [{name: K, valueFrom: {}}]}", "expected exactly one of secretKeyRef and configMapKeyRef")]
    [InlineData("a limit out of range", "limits: {memory: 5Gi}", "spec.limits.memory: expected a whole number of bytes such as 65536, 512Ki or 64Mi, from 64Ki to 4Gi, but found '5Gi'")]
    [InlineData("an unknown limit", "limits: {cpu: 1}", "spec.limits.cpu: unknown field 'cpu'")]
    [InlineData("an unknown mode", "mode: audit", "spec.mode: expected Enforce or Audit, but found 'audit'")]
    [InlineData("an empty artifact", "artifact: {}", "spec.artifact: expected repository, signer, or both")]
    [InlineData("half a signer", "artifact: {signer: {issuer: x}}", "expected either keySha256, or issuer and identity")]
    [InlineData("a repository with a tag", "artifact: {repository: 'ghcr.io/acme/x:1'}", "spec.artifact.repository: expected a registry with a path")]
    [InlineData("a list where a mapping belongs", "network: [a]", "spec.network: expected a mapping, but found a list")]
    public void Mistake_in_a_policy(string name, string yaml, string expected)
    {
        var file = PolicyFile.Read("p.yaml", Head + "spec:\n  toolSelector: {}\n  " + yaml);
        Assert.Contains(expected, string.Join('\n', file.Problems));
        Assert.All(file.Problems, problem => Assert.StartsWith("p.yaml:6:", problem.ToString()));
        Assert.Empty(file.Policies);
        Assert.Equal("p", Assert.Single(file.Invalid).Name);
    }

    [Theory]
    [InlineData("no selector", "spec: {}", "4:7: spec.toolSelector: expected a label selector; {} selects every tool of the namespace, but found nothing")]
    [InlineData("no spec", "", "1:1: spec: expected a mapping, but found nothing")]
    [InlineData("an operator that is none", "spec: {toolSelector: {matchExpressions: [{key: a, operator: Is}]}}", "expected In or NotIn or Exists or DoesNotExist, but found 'Is'")]
    [InlineData("In without values", "spec: {toolSelector: {matchExpressions: [{key: a, operator: In}]}}", "expected at least one value with In")]
    [InlineData("a label that is a number", "spec: {toolSelector: {matchLabels: {a: 1}}}", "spec.toolSelector.matchLabels.a: expected a text; put it in quotes, but found '1'")]
    [InlineData("a field that is there twice", "spec: {toolSelector: {}}\nspec: {}", "the field 'spec' is there twice")]
    [InlineData("an anchor", "spec: &a {toolSelector: {}}", "anchors and aliases are not accepted")]
    [InlineData("an alias", "spec: *a", "anchors and aliases are not accepted")]
    [InlineData("a tag", "spec: !!map {toolSelector: {}}", "tags are not accepted")]
    [InlineData("a bracket that does not close", "spec: {toolSelector: {}", "expected YAML")]
    public void Mistake_in_a_document(string name, string yaml, string expected) =>
        Assert.Contains(expected, string.Join('\n', PolicyFile.Read("p.yaml", Head + yaml).Problems));

    [Theory]
    [InlineData("an allow", "network: {allow: [{host: x.example}]}", "spec.network.allow: a ceiling never grants: only deny is known here")]
    [InlineData("a mode", "mode: Audit", "spec.mode: a ceiling has no mode")]
    [InlineData("a truth that is a text", "forbidAudit: 'true'", "spec.forbidAudit: expected true or false")]
    [InlineData("a registry with a scheme", "registries: ['https://ghcr.io']", "spec.registries[0]: expected a registry")]
    public void Mistake_in_a_ceiling(string name, string yaml, string expected)
    {
        var file = PolicyFile.Read("c.yaml", "apiVersion: tapedeck.dev/v1alpha1\nkind: ClusterCapabilityPolicy\nmetadata: {name: c}\nspec:\n  " + yaml);
        Assert.Contains(expected, string.Join('\n', file.Problems));
        Assert.True(Assert.Single(file.Invalid).IsCeiling);
    }

    [Fact]
    public void One_reading_tells_every_mistake() =>
        Assert.Equal(3, PolicyFile.Read("p.yaml", Head + "spec: {toolSelector: {}, mode: x, limits: {memory: x}, colour: x}").Problems.Length);

    [Fact]
    public void A_broken_policy_says_what_it_selects()
    {
        var file = PolicyFile.Read("p.yaml", Head + "spec: {toolSelector: {matchLabels: {app: weather}}, mode: x}");
        Assert.Equal("weather", Assert.Single(file.Invalid).ToolSelector!.MatchLabels["app"]);
    }

    [Fact]
    public void A_broken_policy_whose_selector_is_broken_may_select_everything()
    {
        var broken = Assert.Single(PolicyFile.Read("p.yaml", Head + "spec: {toolSelector: {matchLabel: {}}, mode: x}").Invalid);
        Assert.Null(broken.ToolSelector);
        Assert.True(broken.MaySelect(new(new Dictionary<string, string>(), new Dictionary<string, string>(), "")));
    }

    [Fact]
    public void A_file_may_hold_several_documents()
    {
        var file = PolicyFile.Read("all.yaml", $"""
            {Head}spec: {"{toolSelector: {}}"}
            ---
            kind: WasmTool
            ---
            apiVersion: tapedeck.dev/v1alpha1
            kind: ClusterCapabilityPolicy
            metadata: {"{name: base, labels: {a: b}, generation: 4}"}
            spec: {"{forbidAudit: true}"}
            status: {"{observedGeneration: 4}"}
            ---
            """);
        Assert.Empty(file.Problems);
        Assert.Equal("default/p", Assert.Single(file.Policies).QualifiedName);
        Assert.Equal(("base", 4L), (Assert.Single(file.Ceilings).QualifiedName, file.Ceilings[0].Generation));
        Assert.Single(file.Others);
    }

    [Fact]
    public void Json_is_read_with_its_places()
    {
        var file = PolicyFile.Read("p.json", "{\n\t\"apiVersion\": \"tapedeck.dev/v1alpha1\", \"kind\": \"CapabilityPolicy\",\n\t\"metadata\": {\"name\": \"p\"},\n\t\"spec\": {\"toolSelector\": {}, \"mode\": \"x\"}\n}");
        Assert.Equal("p.json:4:39: spec.mode: expected Enforce or Audit, but found 'x'", Assert.Single(file.Problems).ToString());
    }

    [Theory]
    [InlineData("{\"a\": 1, \"a\": 2}", "the field 'a' is there twice")]
    [InlineData("{\"a\": 1} x", "expected JSON")]
    [InlineData("{\"a\": \"\\ud800\"}", "expected JSON")]
    [InlineData("{", "expected JSON")]
    [InlineData("{\"a\": 01}", "expected JSON")]
    public void Mistake_in_json(string json, string expected) => Assert.Contains(expected, Assert.Single(PolicyFile.Read("p.json", json).Problems).ToString());

    [Fact]
    public void Depth_is_bounded()
    {
        Assert.NotEmpty(PolicyFile.Read("p.yaml", string.Concat(Enumerable.Repeat("[", 10_000))).Problems);
        Assert.NotEmpty(PolicyFile.Read("p.json", "{\"a\":" + string.Concat(Enumerable.Repeat("[", 10_000))).Problems);
    }

    [Fact]
    public void Size_is_bounded() => Assert.Contains("at most", Assert.Single(PolicyFile.Read("p.yaml", new string(' ', 2 << 20)).Problems).Message);

    [Fact]
    public void The_number_of_values_is_bounded() => Assert.NotEmpty(PolicyFile.Read("p.yaml", "[" + string.Concat(Enumerable.Repeat("a,", 60_000)) + "]").Problems);

    [Fact]
    public void The_number_of_entries_is_bounded() => Assert.Contains(
        "at most 1000 entries",
        string.Join('\n', PolicyFile.Read("p.yaml", Head + "spec: {toolSelector: {}, network: {deny: [" + string.Concat(Enumerable.Repeat("{host: x.example},", 1_001)) + "]}}").Problems));
}
