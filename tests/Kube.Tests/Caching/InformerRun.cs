using System.Collections.Concurrent;
using Tapedeck.Kube.Caching;
using Tapedeck.Kube.Objects;
using Tapedeck.Kube.Tests.Fakes;
using Xunit;

namespace Tapedeck.Kube.Tests.Caching;

/// <summary>An informer on a fake server that runs in the background, with all that it told.</summary>
internal sealed class InformerRun : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Kube.Client.KubeClient _client;
    private Task _run = Task.CompletedTask;

    internal InformerRun(FakeApiServer server, bool metadataOnly = false)
    {
        Server = server;
        _client = server.Client();
        var options = new InformerOptions
        {
            Selection = new() { Namespace = Things.Namespace, MetadataOnly = metadataOnly },
            Backoff = new(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(20)),
        };
        Informer = new(_client, Things.Resource, options, item => item, TimeProvider.System, new Random(1), Notices.Enqueue);
        Informer.AddIndex("parity", item => [item.Metadata.Labels["parity"]]);
        Informer.AddHandler(Changes.Enqueue);
    }

    internal FakeApiServer Server { get; }
    internal Informer<KubeObject> Informer { get; }
    internal ConcurrentQueue<Change<KubeObject>> Changes { get; } = [];
    internal ConcurrentQueue<Notice> Notices { get; } = [];

    internal InformerRun Start()
    {
        _run = Informer.RunAsync(_stop.Token);
        return this;
    }

    /// <summary>Waits until the store is what the server has, which fails as well when the informer ended.</summary>
    internal Task CatchUpAsync() => Eventually.True(
        () =>
        {
            Assert.False(_run.IsFaulted, _run.Exception?.ToString());
            return SameAsServer();
        },
        $"the store is the server's state; {string.Join("; ", Notices.TakeLast(3))}");

    /// <summary>That the changes of every key form a history that ends with what the store has.</summary>
    internal void AssertHistory()
    {
        var last = new Dictionary<ObjectKey, KubeObject>();
        foreach (var change in Changes)
        {
            Assert.Same(last.GetValueOrDefault(change.Key), change.Before);
            Assert.Equal(change.Kind, (change.Before, change.After) switch
            {
                (null, not null) => ChangeKind.Added,
                (not null, not null) => ChangeKind.Updated,
                _ => ChangeKind.Deleted,
            });
            if (change is { Before: { } before, After: { } after })
            {
                Assert.Equal(before.Metadata.Uid, after.Metadata.Uid);
                Assert.NotEqual(before.Metadata.ResourceVersion, after.Metadata.ResourceVersion);
            }
            if (change.After is null)
            {
                last.Remove(change.Key);
            }
            else
            {
                last[change.Key] = change.After;
            }
        }
        Assert.Equal(last.Keys.Select(key => key.ToString()).Order(), Informer.All.Select(item => item.Key.ToString()).Order());
        Assert.All(Informer.All, item => Assert.Same(last[item.Key], item));
    }

    internal void AssertIndexes() =>
        Assert.Equal(
            Informer.All.Select(item => $"{item.Metadata.Labels["parity"]} {item.Key}").Order(),
            new[] { "even", "odd" }.SelectMany(parity => Informer.ByIndex("parity", parity).Select(item => $"{parity} {item.Key}")).Order());

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _client.Dispose();
        _stop.Dispose();
    }

    private bool SameAsServer()
    {
        var state = Server.Objects.State(Things.Collection);
        var items = Informer.All;
        return Informer.Synced.IsCompleted && items.Count == state.Count && items.All(item => state.GetValueOrDefault(item.Metadata.Name) == item.Metadata.ResourceVersion);
    }
}
