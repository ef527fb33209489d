using Tapedeck.Manifest.Wassette;
using Tapedeck.Manifest.Writing;
using Tapedeck.Policy.Writing;
using Xunit;

namespace Tapedeck.Manifest.Tests.Wassette;

public sealed class WassetteManifestTests
{
    private const string Whole = $$"""
        version: 1
        author: me
        components:
          - uri: oci://ghcr.io/acme/get-weather-js:1.2.3
            name: Weather Service
            permissions:
              network: {allow: [{host: api.example.com}]}
              storage: {allow: [{uri: "fs:///data/w", access: [read]}]}
              environment: {allow: [{key: K, value_from: ENV_NAME}]}
              resources: {memory_bytes: 134217728, cpu_time_ms: 1500}
            retry_policy: {attempts: 3}
          - uri: oci://ghcr.io/acme/time:1
            digest: sha256:{{Files.Hash}}
          - uri: file:///tools/time.wasm
            permissions: {}
          - uri: https://example.com/a/9lives.wasm
            digest: sha256:{{Files.Hash}}
            permissions:
              resources: {memory_bytes: 1}
        """;

    [Fact]
    public void Every_component_is_a_tool_and_its_permissions_are_a_policy_for_it_alone()
    {
        var converted = WassetteManifest.Convert("manifest.yaml", Whole, path => path == "/tools/time.wasm" ? Files.Hash : null);
        Assert.Empty(converted.Problems);
        var text = string.Join("---\n", converted.Tools.Select(tool => YamlText.Write(WasmToolNodes.Of(tool.Tool)) + (tool.Policy is { } policy ? "---\n" + YamlText.Write(PolicyNodes.Of(policy)) : "")));
        Assert.Equal(
            $$"""
            apiVersion: tapedeck.dev/v1alpha1
            kind: WasmTool
            metadata:
              name: weather-service
              labels:
                app.kubernetes.io/name: weather-service
            spec:
              component:
                oci:
                  repository: ghcr.io/acme/get-weather-js
                  ref:
                    tag: 1.2.3
                  interval: 10m
              limits:
                memory: 128Mi
                cpuTime: 1s500ms
            ---
            apiVersion: tapedeck.dev/v1alpha1
            kind: CapabilityPolicy
            metadata:
              name: weather-service
            spec:
              toolSelector:
                matchLabels:
                  app.kubernetes.io/name: weather-service
              network:
                allow:
                  - host: api.example.com
              storage:
                allow:
                  - volume:
                      name: weather-service-volume-1
                      emptyDir:
                        sizeLimit: 1Gi
                    path: "/data/w"
                    access: [read]
              environment:
                allow:
                  - name: K
                    valueFrom:
                      secretKeyRef:
                        name: weather-service-environment
                        key: K
            ---
            apiVersion: tapedeck.dev/v1alpha1
            kind: WasmTool
            metadata:
              name: time
              labels:
                app.kubernetes.io/name: time
            spec:
              component:
                oci:
                  repository: ghcr.io/acme/time
                  ref:
                    digest: "sha256:{{Files.Hash}}"
                  interval: 10m
            ---
            apiVersion: tapedeck.dev/v1alpha1
            kind: WasmTool
            metadata:
              name: time-2
              labels:
                app.kubernetes.io/name: time-2
            spec:
              component:
                file:
                  path: "/tools/time.wasm"
                  sha256: {{Files.Hash}}
            ---
            apiVersion: tapedeck.dev/v1alpha1
            kind: WasmTool
            metadata:
              name: tool-9lives
              labels:
                app.kubernetes.io/name: tool-9lives
            spec:
              component:
                https:
                  url: "https://example.com/a/9lives.wasm"
                  sha256: {{Files.Hash}}
            ---
            apiVersion: tapedeck.dev/v1alpha1
            kind: CapabilityPolicy
            metadata:
              name: tool-9lives
            spec:
              toolSelector:
                matchLabels:
                  app.kubernetes.io/name: tool-9lives

            """,
            text);
        var read = ManifestFile.Read("converted.yaml", text);
        Assert.Empty(read.Problems);
        Assert.Equal((4, 2), (read.Tools.Length, read.Policies.Policies.Length));
    }

    [Fact]
    public void What_does_not_mean_the_same_in_both_is_named()
    {
        var notes = WassetteManifest.Convert("manifest.yaml", Whole, _ => Files.Hash).Notes.Select(note => $"{note.Line} {note.Entry} | {note.InWassette} | {note.Here}").ToArray();
        Assert.Equal(
        [
            "2 author | unknown, passed over in silence | left out",
            "7 components[0].permissions.network.allow[0]: host api.example.com | enforced for HTTP, on every port and scheme; any grant of the network opened look-ups of every name | host=api.example.com; only the ports of the schemes, 80 and 443: add ports for others",
            "8 components[0].permissions.storage.allow[0]: fs:///data/w | enforced, as a folder beside the component | an empty volume weather-service-volume-1 at /data/w: give it the source that you mean, or --volume weather-service-volume-1=DIR on a laptop",
            "9 components[0].permissions.environment: K value_from ENV_NAME | parsed, never used | put the value of ENV_NAME into the key of the Secret",
            "9 components[0].permissions.environment.allow[0]: K | enforced, with the value from its own environment; secrets were given without being named here | the value is key K of Secret weather-service-environment, which you make",
            "10 components[0].permissions.resources.memory_bytes: 134217728 | parsed, never used | spec.limits.memory of the tool, 128Mi",
            "10 components[0].permissions.resources.cpu_time_ms: 1500 | parsed, never used | spec.limits.cpuTime of the tool, 1s500ms",
            "11 components[0].retry_policy | parsed, never used | left out: what may pass is tried again by itself",
            "12 components[1] | without permissions: no files and no network, but the whole environment of the server | no policy, and so nothing at all",
            "13 components[1].digest | checked for its form alone | the manifest of this digest is pulled, whatever the tag says",
            "14 components[2].uri: file:///tools/time.wasm | read without a check | its bytes have to be those of now",
            "14 components[2] | without permissions: no files and no network, but the whole environment of the server | no policy, and so nothing at all",
            "17 components[3].digest | checked for its form alone | the bytes have to have it",
            "19 components[3].permissions.resources.memory_bytes: 1 | parsed, never used | left out: expected a whole number of bytes such as 65536, 512Ki or 64Mi, from 64Ki to 4Gi",
        ],
        notes);
    }

    [Theory]
    [InlineData("", "manifest.yaml:1:1: expected one document with version and components")]
    [InlineData("version: 2\ncomponents: [{uri: 'oci://a.example/b:1'}]", "manifest.yaml:1:10: version: expected 1, but found '2'")]
    [InlineData("version: 1", "manifest.yaml:1:1: components: expected a list of 1 to 1000 components")]
    [InlineData("version: 1\ncomponents: []", "manifest.yaml:2:13: components: expected a list of 1 to 1000 components")]
    [InlineData("version: 1\ncomponents: [x]", "manifest.yaml:2:14: components[0]: expected a mapping with uri, but found 'x'")]
    [InlineData("version: 1\ncomponents: [{name: x}]", "manifest.yaml:2:14: components[0].uri: expected oci://..., file:///... or https://..., but found a mapping")]
    [InlineData("version: 1\ncomponents: [{uri: 'oci://a.example/b:1', digest: sha256:12}]", "manifest.yaml:2:51: components[0].digest: expected sha256: and 64 lower-case hex digits, but found 'sha256:12'")]
    [InlineData("version: 1\ncomponents: [{uri: 'file:///nowhere.wasm'}]", "manifest.yaml:2:20: components[0].uri: the file cannot be read; give its digest")]
    [InlineData("version: 1\ncomponents: [{uri: 'https://a.example/b.wasm'}]", "manifest.yaml:2:20: components[0].uri: ")]
    [InlineData("version: 1\ncomponents: [{uri: 'http://a.example/b.wasm'}]", "manifest.yaml:2:20: components[0].uri: ")]
    [InlineData("version: 1\ncomponents: [{uri: 'oci-layout:dir'}]", "manifest.yaml:2:20: components[0].uri: expected oci://..., file:///... or https://..., but found 'oci-layout:dir'")]
    [InlineData("version: 1\ncomponents: [{uri: ' '}]", "manifest.yaml:2:20: components[0].uri: ")]
    public void What_is_no_manifest_is_told_with_its_place(string text, string expected)
    {
        var converted = WassetteManifest.Convert("manifest.yaml", text, _ => null);
        Assert.Empty(converted.Tools);
        Assert.StartsWith(expected, Assert.Single(converted.Problems).ToString(), StringComparison.Ordinal);
    }
}
