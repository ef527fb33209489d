using Tapedeck.Plugin.Tests.Cluster;
using Xunit;

namespace Tapedeck.Plugin.Tests;

/// <summary>What needs no cluster.</summary>
public sealed class CheckTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tapedeck-plugin").FullName;

    [Fact]
    public async Task The_samples_are_well() =>
        Assert.Equal(new Run(0, "all is well\n", ""), await Run.OfAsync("check", Path.Combine(ApiServer.Root, "config", "samples", "weather.yaml")));

    [Fact]
    public async Task Everything_that_is_wrong_is_named()
    {
        var file = Path.Combine(_folder, "tool.yaml");
        await File.WriteAllTextAsync(file, """
            apiVersion: tapedeck.dev/v1alpha1
            kind: WasmTool
            metadata: {name: weather}
            spec: {component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1, semver: 1.x}}}}
            ---
            apiVersion: tapedeck.dev/v1alpha1
            kind: CapabilityPolicy
            metadata: {name: weather}
            spec: {toolSelector: {}, network: {denny: []}}
            ---
            apiVersion: tapedeck.dev/v1alpha1
            kind: WasmTool
            metadata: {name: local}
            spec: {component: {file: {path: a.wasm, sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08}}}
            """);
        var run = await Run.OfAsync("check", file);
        Assert.Equal(1, run.Code);
        foreach (var part in new[] { "spec.component.oci.ref: expected exactly one of tag, semver, digest", "did you mean 'deny'?", "WasmTool local: spec.component: a cluster pulls from registries only" })
        {
            Assert.Contains(part, run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_a_mistake_of_the_command_line() => Assert.Equal(2, (await Run.OfAsync("check", Path.Combine(_folder, "none"))).Code);

    [Fact]
    public async Task A_kubeconfig_that_cannot_be_read_shows_nothing_of_itself()
    {
        var file = Path.Combine(_folder, "kubeconfig");
        await File.WriteAllTextAsync(file, "users: [{name: a, user: {token: swordfish}\n  broken");
        var run = await Run.OfAsync("status", "--kubeconfig", file);
        Assert.Equal(2, run.Code);
        Assert.DoesNotContain("swordfish", run.Error, StringComparison.Ordinal);
    }

    /// <summary>The program may not see the operator, and has to call things as it does.</summary>
    [Fact]
    public void Names_are_those_of_the_operator()
    {
        var operators = File.ReadAllText(Path.Combine(ApiServer.Root, "operator", "Operator", "Names.cs"));
        Assert.Contains($"ReconcileAtAnnotation = \"{Names.ReconcileAtAnnotation}\"", operators, StringComparison.Ordinal);
        Assert.Contains("PolicyConfigMap(string tool) => $\"{tool}-policy\"", operators, StringComparison.Ordinal);
        Assert.Contains("PodSelector(string tool) => $\"{ManagedByLabel}={ManagedBy},{ToolLabel}={tool}\"", operators, StringComparison.Ordinal);
        foreach (var constant in new[] { "ManagedByLabel = \"app.kubernetes.io/managed-by\"", "ManagedBy = \"tapedeck\"", "ToolLabel = \"tapedeck.dev/tool\"" })
        {
            Assert.Contains(constant, operators, StringComparison.Ordinal);
        }
        Assert.Contains($"PolicyKey = \"{Names.PolicyKey}\"", File.ReadAllText(Path.Combine(ApiServer.Root, "operator", "Operator", "Children", "ConfigMapChildren.cs")), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
