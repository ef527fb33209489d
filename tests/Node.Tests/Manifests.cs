namespace Tapedeck.Node.Tests;

/// <summary>What a tenant applies.</summary>
internal static class Manifests
{
    internal static string Tool(string name, string tag, string publicKey, string tools = "{}") => $"""
        apiVersion: tapedeck.dev/v1alpha1
        kind: WasmTool
        metadata:
          name: {name}
          namespace: {TestNode.Namespace}
          labels: {"{"}tool: {name}{"}"}
        spec:
          component:
            oci:
              repository: {Registry.Host}/acme/{name}
              ref: {"{"}tag: "{tag}"{"}"}
              interval: 30s
              plainHttp: true
          verify:
            keys:
              - "{publicKey.ReplaceLineEndings("\\n")}"
          tools: {tools}
        """;

    /// <summary>Pages of one host, at addresses that are not public and so have to be named as well.</summary>
    internal static string Web(string host) => $"""
        apiVersion: tapedeck.dev/v1alpha1
        kind: CapabilityPolicy
        metadata:
          name: web
          namespace: {TestNode.Namespace}
        spec:
          toolSelector:
            matchLabels: {"{"}tool: fetch{"}"}
          network:
            allow:
              - {"{"}host: "{host}", cidr: 203.0.113.0/24, schemes: [https], methods: [GET]{"}"}
        """;
}
