using System.Text;
using Tapedeck.Oci.Images;
using Tapedeck.Oci.Storage;
using Xunit;

namespace Tapedeck.Oci.Tests.Storage;

public sealed class ContentStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("oci-store-").FullName;
    private readonly FastTime _time = new();
    private readonly ContentStore _store;

    public ContentStoreTests() => _store = ContentStore.Open(_folder, _time).Required;

    [Fact]
    public async Task What_was_added_is_read()
    {
        var digest = await Add("a");
        Assert.Equal("a"u8.ToArray(), await _store.Read(digest, 10, default));
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "ingest")));
    }

    [Fact]
    public async Task What_is_larger_than_the_limit_is_not_read() => Assert.Null(await _store.Read(await Add("abc"), 2, default));

    [Theory]
    [InlineData("other content of the same length", "b")]
    [InlineData("cut off", "")]
    [InlineData("longer", "aa")]
    public async Task Broken_content_is_absent_and_removed(string name, string content)
    {
        var digest = await Add("a");
        await File.WriteAllTextAsync(_store.PathOf(digest), content);
        Assert.Null(await _store.Read(digest, 10, default));
        Assert.False(File.Exists(_store.PathOf(digest)));
    }

    [Fact]
    public async Task What_fails_while_it_is_written_leaves_nothing()
    {
        var error = new TerminalError(OciErrorKind.DigestMismatch, "a", "b", "c");
        var digest = Digest.Sha256("x"u8);
        Assert.Equal(error, await _store.Add(digest, async stream =>
        {
            await stream.WriteAsync("half"u8.ToArray());
            return error;
        }));
        Assert.False(File.Exists(_store.PathOf(digest)));
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "ingest")));
    }

    [Fact]
    public async Task A_disk_that_fails_is_an_error_that_may_pass()
    {
        Directory.Delete(Path.Combine(_folder, "ingest"), recursive: true);
        var error = await _store.Add(Digest.Sha256("x"u8), "x"u8.ToArray(), default);
        Assert.Equal(OciErrorKind.Storage, Assert.IsType<RetryableError>(error).Kind);
    }

    [Fact]
    public async Task The_oldest_is_collected_until_the_size_is_right()
    {
        var old = await Add(new string('a', 100));
        _time.Advance(TimeSpan.FromHours(1));
        var young = await Add(new string('b', 100));
        _time.Advance(TimeSpan.FromHours(1));
        var result = StoreCollector.Collect(_store, new StoreLimits(150, TimeSpan.FromDays(1)));
        Assert.Equal(new CollectionResult(true, 1, 100, 100), result);
        Assert.Null(await _store.Read(old, 1000, default));
        Assert.NotNull(await _store.Read(young, 1000, default));
    }

    [Fact]
    public async Task Reading_makes_content_young()
    {
        var read = await Add(new string('a', 100));
        _time.Advance(TimeSpan.FromHours(1));
        var unread = await Add(new string('b', 100));
        _time.Advance(TimeSpan.FromHours(1));
        await _store.Read(read, 1000, default);
        _time.Advance(TimeSpan.FromHours(1));
        StoreCollector.Collect(_store, new StoreLimits(150, TimeSpan.FromDays(1)));
        Assert.NotNull(await _store.Read(read, 1000, default));
        Assert.Null(await _store.Read(unread, 1000, default));
    }

    [Fact]
    public async Task What_is_too_old_goes_and_what_is_in_use_stays_whatever_its_age()
    {
        var (used, unused, released) = (await Add("used"), await Add("unused"), await Add("released"));
        var uses = new StoreUses(_store);
        Assert.Null(uses.Keep("tool/a", [used]));
        Assert.Null(uses.Keep("tool/b", [released]));
        uses.Release("tool/b");
        _time.Advance(TimeSpan.FromDays(30));
        // Whoever uses it says so from time to time.
        Assert.Null(uses.Keep("tool/a", [used]));
        Assert.Equal(2, StoreCollector.Collect(_store, new StoreLimits(0, TimeSpan.FromDays(7))).RemovedBlobs);
        Assert.NotNull(await _store.Read(used, 100, default));
        Assert.Null(await _store.Read(unused, 100, default));
        Assert.Null(await _store.Read(released, 100, default));
    }

    [Fact]
    public async Task A_use_that_nobody_has_spoken_of_for_a_day_is_of_a_process_that_is_gone()
    {
        var digest = await Add("a");
        Assert.Null(new StoreUses(_store).Keep("tool/a", [digest]));
        _time.Advance(TimeSpan.FromHours(23));
        Assert.Equal(0, StoreCollector.Collect(_store, new StoreLimits(0, TimeSpan.Zero)).RemovedBlobs);
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, StoreCollector.Collect(_store, new StoreLimits(0, TimeSpan.Zero)).RemovedBlobs);
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "uses")));
    }

    [Theory]
    [InlineData("blobs/main.c")]
    [InlineData("blobs/sha256/main.c")]
    [InlineData("blobs/other/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    [InlineData("blobs/sha256/below/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    [InlineData("ingest/main.c")]
    [InlineData("ingest/below/0123456789abcdef0123456789abcdef")]
    [InlineData("uses/package.json")]
    public void A_file_of_somebody_else_stays(string name)
    {
        var file = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "{}");
        File.SetLastWriteTimeUtc(file, _time.GetUtcNow().UtcDateTime);
        _time.Advance(TimeSpan.FromDays(60));
        StoreCollector.Collect(_store, new StoreLimits(0, TimeSpan.Zero));
        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task What_came_just_now_is_not_collected()
    {
        await Add("a");
        Assert.Equal(0, StoreCollector.Collect(_store, new StoreLimits(0, TimeSpan.Zero)).RemovedBlobs);
    }

    [Fact]
    public async Task A_use_that_cannot_be_read_keeps_nothing_and_stops_nothing()
    {
        var digest = await Add("a");
        new StoreUses(_store).Keep("tool/a", [digest]);
        await File.WriteAllTextAsync(Directory.GetFiles(Path.Combine(_folder, "uses")).Single(), "{\"digests\":");
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, StoreCollector.Collect(_store, new StoreLimits(0, TimeSpan.Zero)).RemovedBlobs);
    }

    [Fact]
    public void What_a_killed_process_left_is_collected_after_an_hour()
    {
        var left = Path.Combine(_folder, "ingest", "0123456789abcdef0123456789abcdef");
        File.WriteAllText(left, "half");
        StoreCollector.Collect(_store, new StoreLimits(0, TimeSpan.Zero));
        Assert.True(File.Exists(left));
        _time.Advance(TimeSpan.FromHours(2));
        StoreCollector.Collect(_store, new StoreLimits(0, TimeSpan.Zero));
        Assert.False(File.Exists(left));
    }

    [Fact]
    public void Only_one_collects_at_a_time()
    {
        using (new FileStream(Path.Combine(_folder, "ingest", "collect.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.False(StoreCollector.Collect(_store, new StoreLimits(0, TimeSpan.Zero)).Ran);
        }
        Assert.True(StoreCollector.Collect(_store, new StoreLimits(0, TimeSpan.Zero)).Ran);
    }

    [Fact]
    public async Task Many_writers_readers_and_a_collector_never_see_half_of_anything()
    {
        var contents = Enumerable.Range(0, 8).Select(seed => Samples.Component(200_000, seed)).ToArray();
        var writers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            foreach (var content in contents)
            {
                Assert.Null(await _store.Add(Digest.Sha256(content), content, default));
            }
        }));
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            foreach (var content in contents.Concat(contents))
            {
                var read = await _store.Read(Digest.Sha256(content), 1 << 20, default);
                Assert.True(read is null || read.AsSpan().SequenceEqual(content));
                // A reader that had found half of a file would have removed it, so what is there is whole.
                StoreCollector.Collect(_store, new StoreLimits(long.MaxValue, TimeSpan.FromDays(1)));
            }
        }));
        await Task.WhenAll(writers.Concat(readers));
        foreach (var content in contents)
        {
            Assert.Equal(content, await _store.Read(Digest.Sha256(content), 1 << 20, default));
        }
    }

    [Fact]
    public async Task A_store_is_for_its_user_only()
    {
        Assert.True(_store.Has(new Descriptor("", await Add("a"), 1)));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(_folder, "blobs")));
        }
    }

    private async Task<Digest> Add(string content)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        var digest = Digest.Sha256(bytes);
        Assert.Null(await _store.Add(digest, bytes, default));
        return digest;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
