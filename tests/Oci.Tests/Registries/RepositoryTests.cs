using System.Text;
using Tapedeck.Oci.Images;
using Tapedeck.Oci.Registries;
using Xunit;

namespace Tapedeck.Oci.Tests.Registries;

public sealed class RepositoryTests
{
    [Fact]
    public async Task A_manifest_is_got_by_tag_and_by_digest()
    {
        await using var registry = await FaultyRegistry.Start();
        var digest = registry.AddComponent(Samples.Component(), "1.0");
        using var client = new RegistryClient(registry.Options());
        var repository = client.Open(registry.Reference());
        Assert.Equal(digest, (await repository.GetManifest("1.0", default)).Required.Digest);
        Assert.Equal(digest, (await repository.GetManifest(digest.ToString(), default)).Required.Digest);
        Assert.Equal(digest, (await repository.ResolveTag("1.0", default)).Required);
    }

    [Fact]
    public async Task A_blob_is_got_and_checked()
    {
        await using var registry = await FaultyRegistry.Start();
        var content = Encoding.UTF8.GetBytes(new string('x', 300_000));
        var digest = registry.AddBlob(content);
        using var client = new RegistryClient(registry.Options());
        var blob = await client.Open(registry.Reference()).GetBlob(new Descriptor("text/plain", digest, content.Length), 1 << 20, default);
        Assert.Equal(content, blob.Required);
    }

    [Theory]
    [InlineData("by the API", true, false)]
    [InlineData("by the tag, without an API", false, true)]
    [InlineData("by the tag, with an API that knows nothing", true, true)]
    public async Task Referrers_are_found(string name, bool api, bool tag)
    {
        await using var registry = await FaultyRegistry.Start();
        registry.HasReferrersApi = api;
        var subject = registry.AddComponent(Samples.Component(), "1.0");
        registry.AddReferrer(subject, """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","layers":[]}""", viaTag: tag);
        using var client = new RegistryClient(registry.Options());
        Assert.Single((await client.Open(registry.Reference()).GetReferrers(subject, default)).Required.Manifests);
    }

    [Fact]
    public async Task No_referrers_is_an_empty_list()
    {
        await using var registry = await FaultyRegistry.Start();
        var subject = registry.AddComponent(Samples.Component(), "1.0");
        using var client = new RegistryClient(registry.Options());
        Assert.Empty((await client.Open(registry.Reference()).GetReferrers(subject, default)).Required.Manifests);
    }

    [Fact]
    public async Task Tags_are_read_page_by_page()
    {
        await using var registry = await FaultyRegistry.Start();
        registry.PageSize = 3;
        registry.AddComponent(Samples.Component(), [.. Enumerable.Range(0, 10).Select(minor => $"1.{minor}")]);
        using var client = new RegistryClient(registry.Options());
        Assert.Equal(10, (await client.Open(registry.Reference()).GetTags(default)).Required.Tags.Length);
        Assert.Equal(4, registry.Requests.Count);
    }
}
