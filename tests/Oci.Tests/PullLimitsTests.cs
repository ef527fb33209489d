using System.Collections.Concurrent;
using System.Formats.Tar;
using System.IO.Compression;
using Tapedeck.Oci.Storage;
using Xunit;

namespace Tapedeck.Oci.Tests;

/// <summary>What a publisher can make a pull cost.</summary>
public sealed class PullLimitsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("oci-limits-").FullName;

    [Fact]
    public async Task Pulls_of_one_component_at_once_ask_for_it_once()
    {
        await using var registry = await FaultyRegistry.Start();
        var component = Samples.Component(500_000);
        var digest = registry.AddComponent(component, "1.0");
        registry.Fault = async context =>
        {
            await Task.Delay(20);
            return false;
        };
        using var puller = new Puller(registry.Options(), ContentStore.Open(_folder, TimeProvider.System).Required);
        var source = new Source.Registry(registry.Reference("demo/greet").With(digest), null);
        var pulled = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => puller.Pull(source, default)));
        Assert.All(pulled, one => Assert.Equal(component, one.Required.Bytes));
        Assert.Single(registry.Requests, request => request.Path.EndsWith(Digest.Sha256(component).ToString(), StringComparison.Ordinal));
    }

    /// <summary>Whoever publishes names what digests he likes, and hands them out as slowly as he likes.</summary>
    [Fact]
    public async Task A_registry_that_hands_nothing_out_holds_up_no_pull_from_another()
    {
        await using var registry = await FaultyRegistry.Start();
        await using var hostile = await FaultyRegistry.Start();
        var component = Samples.Component(500_000);
        registry.AddComponent(component, "1.0");
        hostile.AddComponent(component, "1.0");
        var asked = new TaskCompletionSource();
        hostile.Fault = async context =>
        {
            if (!context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal))
            {
                return false;
            }
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
            return true;
        };
        var store = ContentStore.Open(_folder, TimeProvider.System).Required;
        using var slow = new Puller(hostile.Options(), store);
        using var puller = new Puller(registry.Options(), store);
        using var end = new CancellationTokenSource();
        var held = slow.Pull(new Source.Registry(hostile.Reference(), null), end.Token);
        await asked.Task;
        var pulled = puller.Pull(new Source.Registry(registry.Reference(), null), default);
        Assert.Same(pulled, await Task.WhenAny(pulled, held, Task.Delay(TimeSpan.FromSeconds(4))));
        Assert.Equal(component, (await pulled).Required.Bytes);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Progress_is_told_up_to_the_end(bool withStore)
    {
        await using var registry = await FaultyRegistry.Start();
        var component = Samples.Component(500_000);
        registry.AddComponent(component, "1.0");
        using var puller = new Puller(registry.Options(), withStore ? ContentStore.Open(_folder, TimeProvider.System).Required : null);
        var told = new Told();
        Assert.True((await puller.Pull(new Source.Registry(registry.Reference(), null), told, default)).IsOk);
        Assert.Equal(component.Length, told.All.Last().Received);
        Assert.All(told.All, progress => Assert.Equal(component.Length, progress.Total));
    }

    [Theory]
    [InlineData("a component above the limit", 100, 1 << 20)]
    [InlineData("a component at the limit", 1 << 20, 1 << 20)]
    public async Task A_component_has_a_largest_size(string name, int limit, int size)
    {
        await using var registry = await FaultyRegistry.Start();
        var component = Samples.Component(size - 20)[..];
        registry.AddComponent(component, "1.0");
        using var puller = new Puller(registry.Options() with { MostComponentBytes = limit }, null);
        var error = (await puller.Pull(new Source.Registry(registry.Reference(), null), default)).Error;
        Assert.Equal(limit < component.Length ? OciErrorKind.TooLarge : null, error?.Kind);
        Assert.Equal(limit < component.Length ? 2 : 4, registry.Requests.Count);
    }

    [Theory]
    [InlineData("as it is", 256 << 20, null)]
    [InlineData("a bomb", 1 << 20, OciErrorKind.TooLarge)]
    public async Task A_container_image_is_unpacked_up_to_a_size(string name, int most, OciErrorKind? kind)
    {
        await using var registry = await FaultyRegistry.Start();
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        await using (var tar = new TarWriter(gzip))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "zeros") { DataStream = new MemoryStream(new byte[4 << 20]) });
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "plugin.wasm") { DataStream = new MemoryStream(Samples.Component()) });
        }
        var layer = registry.AddBlob(packed.ToArray());
        var config = registry.AddBlob("{}"u8.ToArray());
        registry.AddManifest($$$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{{config}}}","size":2},
             "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"{{{layer}}}","size":{{{packed.Length}}}}]}
            """, tags: "1.0");
        using var puller = new Puller(registry.Options() with { ContainerImages = true, MostUnpackedBytes = most }, null);
        Assert.Equal(kind, (await puller.Pull(new Source.Registry(registry.Reference(), null), default)).Error?.Kind);
    }

    [Fact]
    public async Task A_policy_that_nobody_could_read_is_an_error()
    {
        await using var registry = await FaultyRegistry.Start();
        var component = Samples.Component();
        var (layer, config) = (registry.AddBlob(component), registry.AddBlob("{}"u8.ToArray()));
        registry.AddManifest($$$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.wasm.config.v0+json","digest":"{{{config}}}","size":2},
             "layers":[{"mediaType":"application/wasm","digest":"{{{layer}}}","size":{{{component.Length}}}},
                       {"mediaType":"application/vnd.wasm.policy.v1+yaml","digest":"{{{config}}}","size":300000}]}
            """, tags: "1.0");
        using var puller = new Puller(registry.Options(), null);
        Assert.Equal(OciErrorKind.TooLarge, (await puller.Pull(new Source.Registry(registry.Reference(), null), default)).Error!.Kind);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private sealed class Told : IProgress<PullProgress>
    {
        internal ConcurrentQueue<PullProgress> All { get; } = new();

        public void Report(PullProgress value) => All.Enqueue(value);
    }
}
