using Tapedeck.Kube.Client;
using Tapedeck.Kube.Tests.Fakes;
using Xunit;

namespace Tapedeck.Kube.Tests.Client;

public sealed class WatchTests : IAsyncLifetime
{
    private FakeApiServer _server = null!;
    private KubeClient _client = null!;

    public async Task InitializeAsync()
    {
        _server = await FakeApiServer.StartAsync();
        _client = _server.Client();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_watch_tells_every_change_after_its_moment_and_ends_with_the_server()
    {
        var events = new List<WatchEvent>();
        var watch = FollowAsync("100", events);
        await Eventually.True(() => _server.Watches.Open == 1, "the watch is open");
        _server.Objects.Put(Things.Path("a"), Things.Json("a", 1));
        _server.Objects.Put(Things.Path("a"), Things.Json("a", 2));
        _server.Objects.Delete(Things.Path("a"));
        await Eventually.True(() => events.Count == 3, "three events");
        _server.Watches.End();
        await watch;
        Assert.Equal([WatchEventKind.Added, WatchEventKind.Modified, WatchEventKind.Deleted], events.Select(change => change.Kind));
        Assert.Equal(["101", "102", "103"], events.Select(change => change.ResourceVersion));
        Assert.Contains("allowWatchBookmarks=true&resourceVersion=100&timeoutSeconds=300", _server.Requests[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bookmark_moves_the_version_without_an_object()
    {
        _server.Watches.Bookmarks = true;
        var events = new List<WatchEvent>();
        var watch = FollowAsync("100", events);
        await Eventually.True(() => events.Count == 1, "a bookmark");
        _server.Watches.End();
        await watch;
        Assert.Equal(new WatchEvent(WatchEventKind.Bookmark, null, "100"), events.Single());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_moment_that_the_server_forgot_is_gone(bool byCode)
    {
        _server.Watches.GoneByCode = byCode;
        _server.Objects.Forget();
        await Assert.ThrowsAsync<GoneException>(() => FollowAsync("100", []));
    }

    [Theory]
    [InlineData("garbage", "not an event")]
    [InlineData("{\"type\":\"ADDED\"}", "not an event")]
    [InlineData("{\"type\":\"ADDED\",\"object\":{\"metadata\":{}}}", "not an event")]
    [InlineData("{\"type\":\"SHOUTED\",\"object\":{}}", "unknown type 'SHOUTED'")]
    [InlineData("[1]", "unknown type")]
    public async Task A_line_that_is_no_event_ends_the_watch(string line, string why)
    {
        var watch = FollowAsync("100", []);
        await Eventually.True(() => _server.Watches.Open == 1, "the watch is open");
        _server.Watches.Say(line);
        Assert.Contains(why, (await Assert.ThrowsAsync<UnavailableException>(() => watch)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_inside_the_stream_has_its_type()
    {
        var watch = FollowAsync("100", []);
        await Eventually.True(() => _server.Watches.Open == 1, "the watch is open");
        _server.Watches.Say($"{{\"type\":\"ERROR\",\"object\":{FakeApiServer.StatusObject(500, "InternalError", "etcd is gone").ToJsonString()}}}");
        Assert.Contains("etcd is gone", (await Assert.ThrowsAsync<UnavailableException>(() => watch)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_is_cut_in_a_line_is_broken()
    {
        var watch = FollowAsync("100", []);
        await Eventually.True(() => _server.Watches.Open == 1, "the watch is open");
        _server.Watches.BreakInALine();
        await Assert.ThrowsAsync<UnavailableException>(() => watch);
    }

    [Fact]
    public async Task A_stream_that_is_silent_for_longer_than_it_may_last_is_broken()
    {
        var time = new ManualTime();
        using var client = _server.Client(time);
        _server.Watches.Bookmarks = true;
        var events = new List<WatchEvent>();
        var watch = FollowAsync("100", events, client);
        await Eventually.True(() => events.Count == 1, "the watch is open");
        while (!watch.IsCompleted)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(5);
        }
        Assert.Contains("nothing came for 360 s", (await Assert.ThrowsAsync<UnavailableException>(() => watch)).Message, StringComparison.Ordinal);
        Assert.True(time.GetUtcNow() >= new DateTimeOffset(2026, 1, 1, 0, 6, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_cancelled_watch_closes_its_connection()
    {
        using var cancel = new CancellationTokenSource();
        var watch = FollowAsync("100", [], cancellationToken: cancel.Token);
        await Eventually.True(() => _server.Watches.Open == 1, "the watch is open");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch);
        await Eventually.True(() => _server.Watches.Open == 0, "the server sees the end");
    }

    private async Task FollowAsync(string version, List<WatchEvent> events, KubeClient? client = null, CancellationToken cancellationToken = default)
    {
        await foreach (var change in (client ?? _client).WatchAsync(Things.Resource, new() { Namespace = Things.Namespace }, version, TimeSpan.FromMinutes(5), cancellationToken))
        {
            events.Add(change);
        }
    }
}
