using System.Collections.Concurrent;
using Tapedeck.Kube.Caching;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Events;
using Tapedeck.Kube.Leasing;
using Tapedeck.Kube.Objects;
using Tapedeck.Kube.Tests.Fakes;
using Tapedeck.Kube.Work;
using Xunit;

namespace Tapedeck.Kube.Tests.Cluster;

[Collection(RealServerCollection.Name)]
public sealed class FollowingTests(RealServer server)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [RealServerFact]
    public async Task An_informer_follows_what_happens_with_its_metadata_alone_as_well()
    {
        var space = await server.NamespaceAsync();
        await server.Admin.CreateAsync(RealServer.ConfigMaps, RequestsTests.ConfigMap(space, "a", "1"), "tests", None);
        await using var whole = new Follower(server.Admin, space, metadataOnly: false);
        await using var partial = new Follower(server.Admin, space, metadataOnly: true);
        await Task.WhenAll(whole.Informer.Synced, partial.Informer.Synced).WaitAsync(Eventually.Patience);
        await server.Admin.ApplyAsync(RealServer.ConfigMaps, RequestsTests.ConfigMap(space, "a", "2"), new("tests") { Force = true }, None);
        await server.Admin.CreateAsync(RealServer.ConfigMaps, RequestsTests.ConfigMap(space, "b", "1"), "tests", None);
        await server.Admin.DeleteAsync(RealServer.ConfigMaps, new(space, "a"), new(), None);
        foreach (var follower in new[] { whole, partial })
        {
            await Eventually.True(() => follower.Changes.Count == 4, "four changes");
            Assert.Equal(["Added a", "Updated a", "Added b", "Deleted a"], follower.Changes.Select(change => $"{change.Kind} {change.Key.Name}"));
        }
        Assert.NotNull(whole.Informer.Get(new(space, "b"))!.Find("data", "value"));
        Assert.Null(partial.Informer.Get(new(space, "b"))!.Find("data"));
        Assert.Equal("tests", partial.Informer.Get(new(space, "b"))!.Metadata.Labels["app"]);
    }

    [RealServerFact(OnlyOurs = true)]
    public async Task A_watch_from_a_moment_before_the_servers_start_is_gone()
    {
        var space = await server.NamespaceAsync();
        // A server's memory of changes begins when it starts.
        await server.RestartAsync(() => Task.CompletedTask);
        await Assert.ThrowsAsync<GoneException>(async () =>
        {
            await foreach (var change in server.Admin.WatchAsync(RealServer.ConfigMaps, new() { Namespace = space }, "1", TimeSpan.FromSeconds(5), None))
            {
            }
        });
    }

    [RealServerFact]
    public async Task A_watch_ends_when_its_length_is_over()
    {
        var space = await server.NamespaceAsync();
        var list = await server.Admin.ListAsync(RealServer.ConfigMaps, new() { Namespace = space }, None);
        await foreach (var change in server.Admin.WatchAsync(RealServer.ConfigMaps, new() { Namespace = space }, list.ResourceVersion, TimeSpan.FromSeconds(1), None))
        {
            Assert.Equal(WatchEventKind.Bookmark, change.Kind);
        }
    }

    [RealServerFact(OnlyOurs = true)]
    public async Task An_informer_outlives_a_restart_of_the_server()
    {
        var space = await server.NamespaceAsync();
        await server.Admin.CreateAsync(RealServer.ConfigMaps, RequestsTests.ConfigMap(space, "a", "1"), "tests", None);
        await using var follower = new Follower(server.Admin, space, metadataOnly: false);
        await follower.Informer.Synced.WaitAsync(Eventually.Patience);
        await server.RestartAsync(async () =>
        {
            await Assert.ThrowsAsync<UnavailableException>(() => server.Admin.GetAsync(RealServer.ConfigMaps, new(space, "a"), None));
            await Eventually.True(() => !follower.Notices.IsEmpty, "the informer notices");
        });
        await server.Admin.DeleteAsync(RealServer.ConfigMaps, new(space, "a"), new(), None);
        await server.Admin.CreateAsync(RealServer.ConfigMaps, RequestsTests.ConfigMap(space, "b", "1"), "tests", None);
        await Eventually.True(() => follower.Informer.All is [{ Metadata.Name: "b" }], "the informer goes on");
        Assert.Equal(["Added a", "Deleted a", "Added b"], follower.Changes.Select(change => $"{change.Kind} {change.Key.Name}"));
    }

    [RealServerFact]
    public async Task Informer_queue_and_apply_make_a_controller()
    {
        var space = await server.NamespaceAsync();
        using var queue = new WorkQueue<ObjectKey>("configmaps", new(), TimeProvider.System, new Random(1));
        await using var follower = new Follower(server.Admin, space, metadataOnly: false, change => queue.Add(change.Key));
        using var stop = new CancellationTokenSource();
        async Task<Requeue> ReconcileAsync(ObjectKey key, CancellationToken token)
        {
            if (!key.Name.StartsWith("copy-", StringComparison.Ordinal) && follower.Informer.Get(key) is { } source)
            {
                var value = source.Find("data", "value")!.Value.GetString()!;
                await server.Admin.ApplyAsync(RealServer.ConfigMaps, RequestsTests.ConfigMap(space, $"copy-{key.Name}", value), new("tests") { Force = true }, token);
            }
            return Requeue.None;
        }
        var controller = new Controller("configmaps", queue, ReconcileAsync, 4, TimeProvider.System, follower.Notices.Enqueue).RunAsync(stop.Token);
        foreach (var index in Enumerable.Range(0, 20))
        {
            await server.Admin.CreateAsync(RealServer.ConfigMaps, RequestsTests.ConfigMap(space, $"a{index}", $"{index}"), "tests", None);
        }
        await Eventually.True(() => follower.Informer.All.Count == 40, "the copies");
        Assert.Equal("7", follower.Informer.Get(new(space, "copy-a7"))!.Find("data", "value")!.Value.GetString());
        await stop.CancelAsync();
        await controller.WaitAsync(Eventually.Patience);
        Assert.Empty(follower.Notices);
    }

    [RealServerFact]
    public async Task One_of_two_leads_and_the_other_follows_at_once_when_the_first_stops()
    {
        var space = await server.NamespaceAsync();
        using var stop = new CancellationTokenSource();
        using var stopAll = new CancellationTokenSource();
        var first = Election(space, "first");
        var leads = first.RunAsync(token => Task.Delay(Timeout.Infinite, token), stop.Token);
        await Eventually.True(() => first.IsLeading, "the first leads");
        var second = Election(space, "second");
        var waits = second.RunAsync(token => Task.Delay(Timeout.Infinite, token), stopAll.Token);
        await Task.Delay(500);
        Assert.False(second.IsLeading);
        await stop.CancelAsync();
        Assert.Equal(LeadershipEnd.Stopped, await leads);
        await Eventually.True(() => second.IsLeading, "the second leads");
        var lease = await server.Admin.GetAsync(Resource.Leases, new(space, "leader"), None);
        Assert.Equal("second", lease!.Find("spec", "holderIdentity")!.Value.GetString());
        Assert.Equal(1, lease.Find("spec", "leaseTransitions")!.Value.GetInt32());
        await stopAll.CancelAsync();
        Assert.Equal(LeadershipEnd.Stopped, await waits);
        lease = await server.Admin.GetAsync(Resource.Leases, new(space, "leader"), None);
        Assert.Equal("", lease!.Find("spec", "holderIdentity")?.GetString() ?? "");
    }

    [RealServerFact]
    public async Task Events_that_repeat_become_a_series()
    {
        var space = await server.NamespaceAsync();
        var owner = await server.Admin.CreateAsync(RealServer.ConfigMaps, RequestsTests.ConfigMap(space, "a", "1"), "tests", None);
        var notices = new ConcurrentQueue<Notice>();
        var recorder = new EventRecorder(server.Admin, "tapedeck.dev/tests", "tests-0", TimeProvider.System, notices.Enqueue);
        using var stop = new CancellationTokenSource();
        var run = recorder.RunAsync(stop.Token);
        foreach (var attempt in Enumerable.Range(1, 5))
        {
            recorder.Record(new(EventType.Warning, ObjectReference.To(owner), "PullFailed", "Pull", $"attempt {attempt}"));
        }
        recorder.Record(new(EventType.Normal, ObjectReference.To(owner), "Pulled", "Pull", new string('x', 3_000), ObjectReference.To(owner)));
        await stop.CancelAsync();
        await run;
        Assert.Empty(notices);
        var events = (await server.Admin.ListAsync(Resource.Events, new() { Namespace = space }, None)).Items;
        Assert.Equal(["PullFailed", "Pulled"], events.Select(item => item.Find("reason")!.Value.GetString()!).Order());
        var failed = events.Single(item => item.Find("reason")!.Value.ValueEquals("PullFailed"));
        Assert.Equal(5, failed.Find("series", "count")!.Value.GetInt32());
        Assert.Equal(owner.Metadata.Uid, failed.Find("regarding", "uid")!.Value.GetString());
        Assert.Equal(1_024, events.Single(item => item != failed).Find("note")!.Value.GetString()!.Length);
    }

    private LeaderElection Election(string space, string identity) =>
        new(server.Admin, new(space, "leader", identity) { RetryPeriod = TimeSpan.FromMilliseconds(200), RenewDeadline = TimeSpan.FromSeconds(3), Duration = TimeSpan.FromSeconds(5) },
            TimeProvider.System, new Random(1), _ => { });

    /// <summary>An informer of config maps of one namespace that carry the tests' label.</summary>
    private sealed class Follower : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _run;

        internal Follower(KubeClient client, string space, bool metadataOnly, Action<Change<KubeObject>>? handler = null)
        {
            var options = new InformerOptions
            {
                Selection = new() { Namespace = space, LabelSelector = "app=tests", MetadataOnly = metadataOnly },
                Backoff = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500)),
            };
            Informer = new(client, RealServer.ConfigMaps, options, item => item, TimeProvider.System, new Random(1), Notices.Enqueue);
            Informer.AddHandler(Changes.Enqueue);
            if (handler is not null)
            {
                Informer.AddHandler(handler);
            }
            _run = Informer.RunAsync(_stop.Token);
        }

        internal Informer<KubeObject> Informer { get; }
        internal ConcurrentQueue<Change<KubeObject>> Changes { get; } = [];
        internal ConcurrentQueue<Notice> Notices { get; } = [];

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _run;
            _stop.Dispose();
        }
    }
}
