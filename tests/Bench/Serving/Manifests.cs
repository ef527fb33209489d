using System.Security.Cryptography;

namespace Tapedeck.Bench.Serving;

/// <summary>A folder of WasmTools, until it is disposed of.</summary>
internal sealed class Manifests : IDisposable
{
    internal string Folder { get; } = Directory.CreateTempSubdirectory("bench-").FullName;

    /// <summary>A tool whose names begin with <paramref name="name"/> and an underscore.</summary>
    internal Manifests Add(string name, string component, string more = "", string memory = "64Mi")
    {
        using var stream = File.OpenRead(component);
        File.WriteAllText(Path.Combine(Folder, $"{name}.yaml"), $$"""
            apiVersion: tapedeck.dev/v1alpha1
            kind: WasmTool
            metadata: { name: {{name}} }
            spec:
              component: { file: { path: "{{Path.GetFullPath(component)}}", sha256: {{Convert.ToHexStringLower(SHA256.HashData(stream))}} } }
              limits: { concurrentCalls: 1000, memory: {{memory}} }
              tools: { prefix: {{name}}_ {{more}} }
            """);
        return this;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
