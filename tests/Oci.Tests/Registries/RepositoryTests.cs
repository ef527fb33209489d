using System.Net;
using System.Text;
using Tapedeck.Oci.Images;
using Tapedeck.Oci.Registries;
using Xunit;

namespace Tapedeck.Oci.Tests.Registries;

public sealed class RepositoryTests
{
    [Theory]
    [InlineData("r.example:443/a", "r.example:443", "http://r.example:443")]
    [InlineData("r.example:443/a", "r.example", "http://r.example:443")]
    [InlineData("r.example/a", "r.example:443", "http://r.example")]
    [InlineData("r.example:443/a", "other.example", "https://r.example")]
    public async Task A_registry_is_asked_on_the_port_that_was_written(string reference, string plain, string asked)
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var options = new PullOptions
        {
            Registries = System.Collections.Immutable.ImmutableDictionary<string, RegistryOptions>.Empty.Add(plain, new() { PlainHttp = true }),
            Proxies = new(new($"http://{listener.LocalEndpoint}"), new($"http://{listener.LocalEndpoint}"), []),
            MostTries = 1,
        };
        using var client = new RegistryClient(options);
        var asking = client.Open(Reference.Parse(reference).Required).ResolveTag("1", default);
        using (var connection = await listener.AcceptTcpClientAsync())
        using (var reader = new StreamReader(connection.GetStream()))
        {
            // What a proxy is told: a whole address without TLS, and else the host and port to connect to.
            Assert.StartsWith(asked.StartsWith("https", StringComparison.Ordinal) ? "CONNECT r.example:443 " : $"HEAD {asked}/v2/a/manifests/1 ", await reader.ReadLineAsync(), StringComparison.Ordinal);
        }
        Assert.False((await asking).IsOk);
    }

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
    public async Task Referrers_of_the_API_do_not_hide_those_of_the_tag()
    {
        await using var registry = await FaultyRegistry.Start();
        registry.HasReferrersApi = true;
        var subject = registry.AddComponent(Samples.Component(), "1.0");
        foreach (var viaTag in new[] { true, false })
        {
            registry.AddReferrer(subject, $$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","layers":[],"annotations":{"a":"{{viaTag}}"} }""", viaTag);
        }
        using var client = new RegistryClient(registry.Options());
        Assert.Equal(2, (await client.Open(registry.Reference()).GetReferrers(subject, default)).Required.Manifests.Length);
    }

    [Theory]
    [InlineData("application/vnd.dev.sigstore.bundle.v0.3+json")]
    [InlineData("application/vnd.cncf.notary.signature")]
    [InlineData("application/vnd.oci.empty.v1+json")]
    [InlineData("")]
    public async Task However_many_other_referrers_there_are_a_signature_is_among_the_first(string type)
    {
        await using var registry = await FaultyRegistry.Start();
        registry.HasReferrersApi = true;
        var subject = Digest.Sha256("subject"u8);
        var signature = Digest.Sha256("signature"u8);
        var entries = Enumerable.Range(0, 600).Select(number => Entry(Digest.Sha256(BitConverter.GetBytes(number)), "application/spdx+json")).Append(Entry(signature, type));
        registry.AddManifest($$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.ImageIndex}}","manifests":[{{string.Join(',', entries)}}]}""", MediaTypes.ImageIndex, $"api-{subject.Hex}");
        using var client = new RegistryClient(registry.Options());
        var referrers = (await client.Open(registry.Reference()).GetReferrers(subject, default)).Required;
        Assert.Equal((signature, IRepository.MostReferrers, true), (referrers.Manifests[0].Digest, referrers.Manifests.Length, referrers.Truncated));

        static string Entry(Digest digest, string type) => $$"""{"mediaType":"{{MediaTypes.ImageManifest}}","digest":"{{digest}}","size":1,"artifactType":"{{type}}"}""";
    }

    [Fact]
    public async Task A_fallback_tag_that_cannot_be_had_is_told_of_beside_what_the_API_lists()
    {
        await using var registry = await FaultyRegistry.Start();
        registry.HasReferrersApi = true;
        var subject = registry.AddComponent(Samples.Component(), "1.0");
        registry.AddReferrer(subject, """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","layers":[]}""", viaTag: false);
        registry.Fault = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith($"/sha256-{subject.Hex}", StringComparison.Ordinal))
            {
                return false;
            }
            await FaultyRegistry.Refuse(context, 503, "UNAVAILABLE");
            return true;
        };
        using var client = new RegistryClient(registry.Options());
        var referrers = (await client.Open(registry.Reference()).GetReferrers(subject, default)).Required;
        Assert.Single(referrers.Manifests);
        Assert.Equal(OciErrorKind.Unreachable, referrers.Missing!.Kind);
    }

    [Theory]
    [InlineData("404 with text", 404, "text/plain", "404 page not found")]
    [InlineData("400", 400, "application/json", "{}")]
    [InlineData("405", 405, "application/json", "{}")]
    [InlineData("a web site", 200, "text/html", "<html>")]
    public async Task A_registry_without_an_API_of_referrers_says_so_in_many_ways(string name, int status, string type, string body)
    {
        await using var registry = await FaultyRegistry.Start();
        var subject = registry.AddComponent(Samples.Component(), "1.0");
        registry.AddReferrer(subject, """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","layers":[]}""", viaTag: true);
        registry.Fault = async context =>
        {
            if (!context.Request.Path.Value!.Contains("/referrers/", StringComparison.Ordinal))
            {
                return false;
            }
            context.Response.StatusCode = status;
            context.Response.ContentType = type;
            await FaultyRegistry.Write(context, Encoding.UTF8.GetBytes(body));
            return true;
        };
        using var client = new RegistryClient(registry.Options());
        Assert.Single((await client.Open(registry.Reference()).GetReferrers(subject, default)).Required.Manifests);
    }

    [Theory]
    [InlineData("an error that may pass", 503, "application/json", "{}", OciErrorKind.Unreachable)]
    [InlineData("a denial", 403, "application/json", "{}", OciErrorKind.Denied)]
    [InlineData("a list that is none", 200, "application/json", "{\"manifests\":1}", OciErrorKind.Malformed)]
    public async Task A_list_of_referrers_that_fails_is_not_an_empty_one(string name, int status, string type, string body, OciErrorKind kind)
    {
        await using var registry = await FaultyRegistry.Start();
        registry.Fault = async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = type;
            await FaultyRegistry.Write(context, Encoding.UTF8.GetBytes(body));
            return true;
        };
        using var client = new RegistryClient(registry.Options());
        Assert.Equal(kind, (await client.Open(registry.Reference()).GetReferrers(Digest.Sha256([]), default)).Error!.Kind);
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
