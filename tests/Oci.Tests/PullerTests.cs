using System.Text;
using Tapedeck.Oci.Layouts;
using Tapedeck.Oci.Storage;
using Tapedeck.Oci.Versions;
using Xunit;

namespace Tapedeck.Oci.Tests;

public sealed class PullerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("oci-pull-").FullName;

    [Fact]
    public async Task An_address_without_a_host_that_can_be_asked_is_an_error()
    {
        using var puller = new Puller(new PullOptions(), null);
        var source = new Source.Https(new Uri("https://xn--ü.example/a.wasm"), Digest.Sha256([]));
        Assert.Equal(OciErrorKind.Malformed, (await puller.Pull(source, default)).Error!.Kind);
    }

    [Fact]
    public async Task A_second_pull_by_digest_asks_nobody()
    {
        await using var registry = await FaultyRegistry.Start();
        var digest = registry.AddComponent(Samples.Component(), "1.0");
        using var puller = new Puller(registry.Options(), ContentStore.Open(_folder, TimeProvider.System).Required);
        var source = new Source.Registry(registry.Reference("demo/greet").With(digest), null);
        var first = (await puller.Pull(source, default)).Required;
        Assert.Equal(3, registry.Requests.Count);
        var second = (await puller.Pull(source, default)).Required;
        Assert.Equal(3, registry.Requests.Count);
        Assert.Equal(first.ContentDigest, second.ContentDigest);
        Assert.Equal(LayoutKind.Cncf, second.Layout);
        Assert.Equal(3, second.Blobs.Count);
    }

    [Fact]
    public async Task A_tag_that_moved_is_pulled_anew()
    {
        await using var registry = await FaultyRegistry.Start();
        registry.AddComponent(Samples.Component(seed: 1), "1.0");
        using var puller = new Puller(registry.Options(), ContentStore.Open(_folder, TimeProvider.System).Required);
        var source = new Source.Registry(registry.Reference(), null);
        var first = (await puller.Pull(source, default)).Required;
        var moved = registry.AddComponent(Samples.Component(seed: 2), "1.0");
        var second = (await puller.Pull(source, default)).Required;
        Assert.Equal(moved, second.Digest);
        Assert.NotEqual(first.ContentDigest, second.ContentDigest);
    }

    [Fact]
    public async Task Broken_content_in_the_store_is_pulled_anew()
    {
        await using var registry = await FaultyRegistry.Start();
        var digest = registry.AddComponent(Samples.Component(), "1.0");
        using var puller = new Puller(registry.Options(), ContentStore.Open(_folder, TimeProvider.System).Required);
        var source = new Source.Registry(registry.Reference("demo/greet").With(digest), null);
        await puller.Pull(source, default);
        foreach (var blob in Directory.GetFiles(Path.Combine(_folder, "blobs", "sha256")))
        {
            var bytes = await File.ReadAllBytesAsync(blob);
            bytes[^1] ^= 1;
            await File.WriteAllBytesAsync(blob, bytes);
        }
        Assert.True((await puller.Pull(source, default)).IsOk);
        Assert.Equal(6, registry.Requests.Count);
    }

    [Fact]
    public async Task The_highest_version_in_a_range_is_pulled()
    {
        await using var registry = await FaultyRegistry.Start();
        registry.AddComponent(Samples.Component(seed: 1), "1.2.0", "latest");
        var highest = registry.AddComponent(Samples.Component(seed: 2), "1.10.0");
        registry.AddComponent(Samples.Component(seed: 3), "2.0.0", "1.11.0-rc.1");
        using var puller = new Puller(registry.Options(), null);
        var resolved = (await puller.Resolve(new Source.Registry(registry.Reference("demo/greet"), VersionRange.Parse("^1.2").Required), default)).Required;
        Assert.Equal(highest, resolved.Digest);
        Assert.Equal("1.10.0", resolved.Tag);
        Assert.Equal($"oci://{registry.Host}/demo/greet:1.10.0@{highest}", resolved.Pinned.ToString());
    }

    [Theory]
    [InlineData("a core module", OciErrorKind.Unsupported, "core module")]
    [InlineData("text", OciErrorKind.Malformed, "no WebAssembly")]
    [InlineData("nothing", OciErrorKind.Malformed, "no WebAssembly")]
    public async Task What_is_no_component_is_refused(string what, OciErrorKind kind, string says)
    {
        await using var registry = await FaultyRegistry.Start();
        registry.AddComponent(what switch { "text" => "hello"u8.ToArray(), "nothing" => [], _ => Samples.Module }, "1.0");
        using var puller = new Puller(registry.Options(), null);
        var error = (await puller.Pull(new Source.Registry(registry.Reference(), null), default)).Error!;
        Assert.Equal(kind, error.Kind);
        Assert.Contains(says, error.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_read_by_its_digest()
    {
        var path = Path.Combine(_folder, "a.wasm");
        await File.WriteAllBytesAsync(path, Samples.Component());
        using var puller = new Puller(new PullOptions(), null);
        var right = Digest.Sha256(Samples.Component());
        Assert.Equal(right, (await puller.Pull(Source.Parse($"file:{path}", right).Required, default)).Required.ContentDigest);
        Assert.Equal(OciErrorKind.DigestMismatch, (await puller.Pull(Source.Parse($"file://{path}", Digest.Sha256("x"u8)).Required, default)).Error!.Kind);
        Assert.Equal(OciErrorKind.NotFound, (await puller.Pull(Source.Parse($"file:{path}.gone", right).Required, default)).Error!.Kind);
        using var small = new Puller(new PullOptions { MostComponentBytes = 10 }, null);
        Assert.Equal(OciErrorKind.TooLarge, (await small.Pull(Source.Parse($"file:{path}", right).Required, default)).Error!.Kind);
    }

    [Fact]
    public async Task The_deadline_ends_a_pull_with_an_error_and_a_caller_ends_it_with_its_own_cancellation()
    {
        await using var registry = await FaultyRegistry.Start();
        registry.AddComponent(Samples.Component(), "1.0");
        registry.Fault = async context =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
            return true;
        };
        using var puller = new Puller(registry.Options() with { Deadline = TimeSpan.FromSeconds(20), AnswerTimeout = TimeSpan.FromHours(1) }, null);
        var error = (await puller.Pull(new Source.Registry(registry.Reference(), null), default)).Error;
        Assert.Contains("took longer than 20 s", Assert.IsType<RetryableError>(error).What, StringComparison.Ordinal);
        using var patient = new Puller(registry.Options(), null);
        using var cancelled = new CancellationTokenSource(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => patient.Pull(new Source.Registry(registry.Reference(), null), cancelled.Token));
    }

    [Fact]
    public async Task Claims_come_along_and_are_capped()
    {
        await using var registry = await FaultyRegistry.Start();
        var component = Samples.Component();
        var layer = registry.AddBlob(component);
        var configJson = """{"os":"wasip2","author":"me","component":{"imports":["wasi:http/outgoing-handler@0.2.0"],"exports":["greet"]}}""";
        var config = registry.AddBlob(Encoding.UTF8.GetBytes(configJson));
        var policy = registry.AddBlob("version: \"1.0\""u8.ToArray());
        registry.AddManifest($$$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
             "config":{"mediaType":"application/vnd.wasm.config.v0+json","digest":"{{{config}}}","size":{{{configJson.Length}}}},
             "layers":[{"mediaType":"application/wasm","digest":"{{{layer}}}","size":{{{component.Length}}}},
                       {"mediaType":"application/vnd.wasm.policy.v1+yaml","digest":"{{{policy}}}","size":14}],
             "annotations":{"org.opencontainers.image.version":"1.0"}}
            """, tags: "1.0");
        using var puller = new Puller(registry.Options(), null);
        var claims = (await puller.Pull(new Source.Registry(registry.Reference(), null), default)).Required.Claims;
        Assert.Equal("1.0", claims.Annotations["org.opencontainers.image.version"]);
        Assert.Equal("wasi:http/outgoing-handler@0.2.0", Assert.Single(claims.Config!.Imports));
        Assert.Equal("version: \"1.0\"", Encoding.UTF8.GetString(claims.Policy!.Value.Span));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
