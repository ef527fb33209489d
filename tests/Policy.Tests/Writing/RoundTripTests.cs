using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Writing;
using Xunit;

namespace Tapedeck.Policy.Tests.Writing;

public sealed class RoundTripTests
{
    private const string Everything = """
        apiVersion: tapedeck.dev/v1alpha1
        kind: CapabilityPolicy
        metadata:
          name: p
          namespace: team
          generation: 3
        spec:
          toolSelector:
            matchLabels:
              app: x
            matchExpressions:
              - key: a
                operator: In
                values: [b, "yes", "1"]
          artifact:
            repository: ghcr.io/acme
            signer:
              issuer: "https://issuer.example"
              identity: me
          mode: Audit
          network:
            allow:
              - host: "*.example.com"
                cidr: 10.0.0.0/8
                ports: [443, 8000-8100]
                schemes: [https]
                methods: [GET, HEAD]
                pathPrefix: "/api"
              - host: db.example.com
                ports: [5432]
                protocol: tcp
            deny:
              - cidr: "::/0"
          storage:
            allow:
              - volume:
                  name: a
                  emptyDir:
                    sizeLimit: 1Mi
                path: "/a"
                access: [read, write]
                subPath: x/y
                globs: ["**/*.csv"]
              - volume:
                  name: b
                  configMap:
                    name: c
                path: "/b"
                access: [read]
            deny:
              - path: "/a/secret"
                source: emptyDir
                access: [read, write]
          environment:
            allow:
              - name: K
                value: "a: \u0022b\u0022\n#c"
              - name: L
                valueFrom:
                  secretKeyRef:
                    name: s
                    key: k
            deny:
              - name: "AWS_*"
          config:
            allow:
              - name: a/b
                valueFrom:
                  configMapKeyRef:
                    name: s
                    key: k
          limits:
            memory: 64Mi
            callDeadline: 1m30s
            concurrentCalls: 4

        """;

    private const string Ceiling = """
        apiVersion: tapedeck.dev/v1alpha1
        kind: ClusterCapabilityPolicy
        metadata:
          name: base
        spec:
          namespaceSelector: {}
          network:
            deny:
              - cidr: 10.0.0.0/8
          limits:
            memory: 256Mi
          forbidAudit: true
          registries: []
          requireSignatures: true
          signers:
            - issuer: "https://issuer.example"
              identity: "me@example.org"

        """;

    [Fact]
    public void A_policy_is_written_as_it_was_read() => Assert.Equal(Everything.ReplaceLineEndings("\n"), YamlText.Write(PolicyNodes.Of(Read(Everything).Policies[0])));

    [Fact]
    public void A_ceiling_is_written_as_it_was_read() => Assert.Equal(Ceiling.ReplaceLineEndings("\n"), YamlText.Write(PolicyNodes.Of(Read(Ceiling).Ceilings[0])));

    [Fact]
    public void Json_says_the_same()
    {
        var json = JsonText.Write(PolicyNodes.Of(Read(Everything).Policies[0]));
        Assert.Equal(Everything.ReplaceLineEndings("\n"), YamlText.Write(PolicyNodes.Of(Read(json).Policies[0])));
        Assert.Equal(json, JsonText.Write(PolicyNodes.Of(Read(json).Policies[0])));
    }

    private static PolicyFile Read(string text)
    {
        var file = PolicyFile.Read("p", text);
        Assert.Empty(file.Problems);
        return file;
    }
}
