using Tapedeck.Oci.Layouts;
using Tapedeck.Oci.Storage;
using Tapedeck.Oci.Versions;
using Xunit;

namespace Tapedeck.Oci.Tests;

/// <summary>The given registry, with one component in ten layouts, as a real server gives it.</summary>
public sealed class DockerRegistryTests(DockerRegistry registry) : IClassFixture<DockerRegistry>
{
    private const string Greet = "sha256:031c26e260b7c0cd60c47766b8850a26cec07a8314799a40cfcb7e82680f5c63";
    private const string Cncf = "sha256:d18ba8030b5f1188d7ac4dd0329ba36f83ff997074f806d266a5d6b727ec57f1";

    [DockerRegistryTheory]
    [InlineData("demo/greet:1.0", LayoutKind.Cncf)]
    [InlineData("demo/greet:artifact", LayoutKind.Artifact)]
    [InlineData("demo/greet:docker", LayoutKind.ContainerImage)]
    [InlineData("demo/greet:docker2", LayoutKind.ContainerImage)]
    [InlineData("demo/greet:idx", LayoutKind.Cncf)]
    [InlineData("demo/greet:wasm-to-oci", LayoutKind.WasmToOci)]
    [InlineData("demo/greet:wasmcloud", LayoutKind.WasmCloud)]
    [InlineData("demo/greet:wassette", LayoutKind.Cncf)]
    [InlineData("demo/old:1.0", LayoutKind.Cncf)]
    public async Task A_component_is_pulled_from_every_layout(string name, LayoutKind layout)
    {
        using var puller = new Puller(registry.Options, null);
        var pulled = (await puller.Pull(Source.Parse($"oci://{registry.Host}/{name}").Required, default)).Required;
        Assert.Equal(layout, pulled.Layout);
        Assert.Equal(Greet, pulled.ContentDigest.ToString());
        Assert.Equal(1_613_560, pulled.Bytes.Length);
        Assert.Equal(name.EndsWith("wassette", StringComparison.Ordinal), pulled.Claims.Policy is not null);
        Assert.Equal(layout == LayoutKind.Cncf ? "wasip2" : null, pulled.Claims.Config?.Os);
    }

    [DockerRegistryFact]
    public async Task The_tenth_layout_is_refused_by_name()
    {
        using var puller = new Puller(registry.Options, null);
        var error = (await puller.Pull(Source.Parse($"{registry.Host}/demo/greet:zstd").Required, default)).Error;
        Assert.Equal(OciErrorKind.Unsupported, error!.Kind);
        Assert.Contains("zstd", error.What, StringComparison.Ordinal);
    }

    [DockerRegistryFact]
    public async Task A_range_is_resolved_over_the_tags()
    {
        using var puller = new Puller(registry.Options, null);
        var source = new Source.Registry(Reference.Parse($"{registry.Host}/demo/greet").Required, VersionRange.Parse("^1").Required);
        // 1.0 has two numbers, so it is no version.
        Assert.Equal(OciErrorKind.NotFound, (await puller.Resolve(source, default)).Error!.Kind);
        Assert.Equal(Cncf, (await puller.Resolve(source with { Reference = source.Reference.WithTag("1.0"), Range = null }, default)).Required.Digest.ToString());
    }

    [DockerRegistryFact]
    public async Task Signatures_are_found_by_the_fallback_tag()
    {
        using var puller = new Puller(registry.Options, null);
        var repository = puller.Open(Source.Parse($"{registry.Host}/demo/greet:1.0").Required)!;
        Assert.Equal(2, (await repository.GetReferrers(Digest.Parse(Cncf), default)).Required.Manifests.Length);
        Assert.True((await repository.GetManifest($"sha256-{Cncf[7..]}.sig", default)).IsOk);
    }

    [DockerRegistryFact]
    public async Task A_second_pull_by_digest_needs_no_registry()
    {
        var folder = Directory.CreateTempSubdirectory("oci-store-").FullName;
        try
        {
            var store = ContentStore.Open(folder, TimeProvider.System).Required;
            using (var puller = new Puller(registry.Options, store))
            {
                Assert.True((await puller.Pull(Source.Parse($"{registry.Host}/demo/greet@{Cncf}").Required, default)).IsOk);
            }
            using var offline = new Puller(new PullOptions(), store);
            Assert.Equal(Greet, (await offline.Pull(Source.Parse($"{registry.Host}/demo/greet@{Cncf}").Required, default)).Required.ContentDigest.ToString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
