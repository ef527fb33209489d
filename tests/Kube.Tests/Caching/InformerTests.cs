using Tapedeck.Kube.Caching;
using Tapedeck.Kube.Objects;
using Tapedeck.Kube.Tests.Fakes;
using Xunit;

namespace Tapedeck.Kube.Tests.Caching;

public sealed class InformerTests : IAsyncLifetime
{
    private FakeApiServer _server = null!;

    public async Task InitializeAsync() => _server = await FakeApiServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task The_first_list_is_told_as_additions_before_the_informer_is_synced()
    {
        _server.Objects.Put(Things.Path("a"), Things.Json("a"));
        _server.Objects.Put(Things.Path("b"), Things.Json("b"));
        await using var run = new InformerRun(_server);
        Assert.False(run.Informer.Synced.IsCompleted);
        run.Start();
        await run.Informer.Synced.WaitAsync(Eventually.Patience);
        Assert.Equal(["a", "b"], run.Changes.Select(change => change.Key.Name).Order());
        Assert.All(run.Changes, change => Assert.Equal(ChangeKind.Added, change.Kind));
    }

    [Fact]
    public async Task A_deletion_that_was_missed_is_told_with_what_was_last_known()
    {
        _server.Objects.Put(Things.Path("a"), Things.Json("a", 7));
        await using var run = new InformerRun(_server).Start();
        await run.CatchUpAsync();
        // The informer is in the dark while the object goes, and finds that the server remembers nothing of it.
        _server.Always(FakeApiServer.Any, FakeApiServer.Text(503, "down"));
        _server.Watches.BreakInALine();
        await Eventually.True(() => _server.Watches.Open == 0, "the watch is cut");
        _server.Objects.Delete(Things.Path("a"));
        _server.Objects.Forget();
        _server.Heal();
        await run.CatchUpAsync();
        var last = run.Changes.Last();
        Assert.Equal(ChangeKind.Deleted, last.Kind);
        Assert.Equal(7, last.Object.Find("spec", "value")!.Value.GetInt32());
    }

    [Fact]
    public async Task An_object_that_was_made_anew_in_the_dark_is_deleted_and_added()
    {
        _server.Objects.Put(Things.Path("a"), Things.Json("a", 1));
        await using var run = new InformerRun(_server).Start();
        await run.CatchUpAsync();
        _server.Always(FakeApiServer.Any, FakeApiServer.Text(503, "down"));
        _server.Watches.End();
        await Eventually.True(() => _server.Watches.Open == 0, "the watch ended");
        _server.Objects.Delete(Things.Path("a"));
        _server.Objects.Put(Things.Path("a"), Things.Json("a", 2));
        _server.Objects.Forget();
        _server.Heal();
        await run.CatchUpAsync();
        Assert.Equal([ChangeKind.Added, ChangeKind.Deleted, ChangeKind.Added], run.Changes.Select(change => change.Kind));
        run.AssertHistory();
    }

    [Fact]
    public async Task A_watch_that_ends_goes_on_where_it_was_without_a_list()
    {
        await using var run = new InformerRun(_server).Start();
        await run.CatchUpAsync();
        foreach (var index in Enumerable.Range(0, 5))
        {
            await Eventually.True(() => _server.Watches.Open == 1, "the watch is open");
            _server.Objects.Put(Things.Path($"a{index}"), Things.Json($"a{index}"));
            await run.CatchUpAsync();
            _server.Watches.End();
        }
        Assert.Single(_server.Requests, request => !request.Contains("watch=true", StringComparison.Ordinal));
        await Eventually.True(() => _server.Requests[^1].Contains($"resourceVersion={_server.Objects.Version}", StringComparison.Ordinal), "the last watch begins at the last event");
    }

    [Fact]
    public async Task A_list_anew_that_finds_nothing_changed_tells_nothing()
    {
        _server.Objects.Put(Things.Path("a"), Things.Json("a"));
        await using var run = new InformerRun(_server).Start();
        await run.CatchUpAsync();
        _server.Objects.Forget();
        _server.Watches.End();
        await Eventually.True(() => _server.Requests.Count(request => !request.Contains("watch=true", StringComparison.Ordinal)) == 2, "the second list");
        await Eventually.True(() => _server.Watches.Open == 1, "the watch is open again");
        Assert.Single(run.Changes);
    }

    [Fact]
    public async Task Managed_fields_are_not_kept()
    {
        var json = Things.Json("a");
        json["metadata"]!["managedFields"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["manager"] = "x" });
        _server.Objects.Put(Things.Path("a"), json);
        await using var run = new InformerRun(_server).Start();
        await run.CatchUpAsync();
        Assert.Null(run.Informer.Get(Things.Key("a"))!.Find("metadata", "managedFields"));
        Assert.Equal(0, run.Informer.Get(Things.Key("a"))!.Find("spec", "value")!.Value.GetInt32());
    }

    [Fact]
    public async Task A_watch_that_hears_nothing_grows_old()
    {
        var time = new ManualTime();
        using var client = _server.Client();
        var informer = new Informer<KubeObject>(client, Things.Resource, new() { Selection = new() { Namespace = Things.Namespace } }, item => item, time, new Random(1), _ => { });
        using var stop = new CancellationTokenSource();
        var run = informer.RunAsync(stop.Token);
        await informer.Synced.WaitAsync(Eventually.Patience);
        await Eventually.True(() => _server.Watches.Open == 1, "the watch is open");
        time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(TimeSpan.FromMinutes(3), informer.WatchAge);
        _server.Objects.Put(Things.Path("a"), Things.Json("a"));
        await Eventually.True(() => informer.All.Count == 1, "the event");
        Assert.Equal(TimeSpan.Zero, informer.WatchAge);
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task A_server_that_ends_every_watch_at_once_is_not_hammered()
    {
        var time = new ManualTime();
        using var client = _server.Client();
        _server.Always(FakeApiServer.Watching, FakeApiServer.Text(200, ""));
        var informer = new Informer<KubeObject>(client, Things.Resource, new() { Selection = new() { Namespace = Things.Namespace } }, item => item, time, new Random(1), _ => { });
        using var stop = new CancellationTokenSource();
        var run = informer.RunAsync(stop.Token);
        await informer.Synced.WaitAsync(Eventually.Patience);
        await Task.Delay(200);
        // One list and one watch: the clock stands still, so the pause after it does not end.
        Assert.Equal(2, _server.Requests.Length);
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task A_handler_that_throws_ends_the_informer_where_it_is_seen()
    {
        _server.Objects.Put(Things.Path("a"), Things.Json("a"));
        await using var run = new InformerRun(_server);
        run.Informer.AddHandler(_ => throw new InvalidTimeZoneException("a bug"));
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => run.Informer.RunAsync(CancellationToken.None));
    }

    [Fact]
    public async Task An_informer_runs_once_and_takes_no_index_while_it_runs()
    {
        await using var run = new InformerRun(_server).Start();
        Assert.Throws<InvalidOperationException>(() => run.Informer.AddIndex("late", _ => []));
        Assert.Throws<InvalidOperationException>(() => run.Informer.AddHandler(_ => { }));
        await Assert.ThrowsAsync<InvalidOperationException>(() => run.Informer.RunAsync(CancellationToken.None));
        Assert.Throws<ArgumentException>(() => run.Informer.ByIndex("no such index", "x"));
    }
}
