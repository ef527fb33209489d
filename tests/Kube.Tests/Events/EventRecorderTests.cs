using System.Collections.Concurrent;
using Tapedeck.Kube.Events;
using Tapedeck.Kube.Objects;
using Tapedeck.Kube.Tests.Fakes;
using Xunit;

namespace Tapedeck.Kube.Tests.Events;

public sealed class EventRecorderTests : IAsyncLifetime, IDisposable
{
    private const string Collection = "/apis/events.k8s.io/v1/namespaces/team/events";

    private readonly ManualTime _time = new();
    private readonly ConcurrentQueue<Notice> _notices = [];
    private readonly CancellationTokenSource _stop = new();
    private FakeApiServer _server = null!;
    private EventRecorder _recorder = null!;
    private Task _run = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        _server = await FakeApiServer.StartAsync();
        _recorder = new(_server.Client(_time), "tapedeck.dev/tests", "tests-0", _time, _notices.Enqueue);
        _run = _recorder.RunAsync(_stop.Token);
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.WaitAsync(Eventually.Patience);
        await _server.DisposeAsync();
    }

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task A_series_is_written_at_its_second_event_and_then_every_minute()
    {
        Record("Failed", "1");
        await Eventually.True(() => Count == 1, "the event");
        Assert.Null(Series);
        Record("Failed", "2");
        await Eventually.True(() => Series == 2, "the series");
        for (var index = 3; index <= 30; index++)
        {
            Record("Failed", $"{index}");
        }
        await Task.Delay(50);
        Assert.Equal(2, _server.Requests.Length);
        await AdvanceUntil(() => Series == 30, "what was left is written a minute later");
        Assert.Equal(3, _server.Requests.Length);
    }

    [Fact]
    public async Task After_a_pause_an_event_is_a_first_again()
    {
        Record("Failed", "1");
        await Eventually.True(() => Count == 1, "the first");
        _time.Advance(TimeSpan.FromMinutes(7));
        Record("Failed", "2");
        await Eventually.True(() => Count == 2, "the second first");
    }

    [Fact]
    public async Task Events_of_another_reason_or_object_are_others()
    {
        Record("Failed", "x");
        Record("Pulled", "x");
        _recorder.Record(new(EventType.Warning, new("v1", "Thing", new("team", "another"), "uid-2"), "Failed", "Pull", "x"));
        await Eventually.True(() => Count == 3, "three events");
    }

    [Fact]
    public async Task What_the_server_refuses_is_told_and_the_next_event_is_a_first()
    {
        _server.Once(FakeApiServer.Any, FakeApiServer.Status(403, "Forbidden"));
        Record("Failed", "1");
        await Eventually.True(() => !_notices.IsEmpty, "a notice");
        Record("Failed", "2");
        await Eventually.True(() => Count == 1, "the next event");
        Assert.Null(Series);
    }

    [Fact]
    public async Task Whoever_records_an_event_never_waits_and_what_is_too_much_is_counted()
    {
        var hold = new TaskCompletionSource();
        _server.Always(FakeApiServer.Any, async context =>
        {
            await hold.Task;
            await _server.Objects.AnswerAsync(context);
        });
        foreach (var index in Enumerable.Range(0, 1_500))
        {
            Record($"Failed{index}", "x");
        }
        Assert.InRange(_recorder.Dropped, 400, 500);
        hold.SetResult();
        await Eventually.True(() => Count + _recorder.Dropped == 1_500, "the others are written");
    }

    [Fact]
    public async Task Hostile_texts_are_cut_and_an_object_without_a_namespace_has_its_events_in_default()
    {
        _recorder.Record(new(EventType.Normal, new("v1", "Node", ObjectKey.Cluster(new string('n', 253)), ""), new string('R', 500), "Do", string.Concat(Enumerable.Repeat("🎞", 1_000))));
        await Eventually.True(() => _server.Objects.State("/apis/events.k8s.io/v1/namespaces/default/events").Count == 1, "the event");
        var name = _server.Objects.State("/apis/events.k8s.io/v1/namespaces/default/events").Keys.Single();
        Assert.InRange(name.Length, 1, 253);
        var json = _server.Objects.Get($"/apis/events.k8s.io/v1/namespaces/default/events/{name}")!;
        Assert.Equal(128, json["reason"]!.GetValue<string>().Length);
        Assert.Equal(string.Concat(Enumerable.Repeat("🎞", 256)), json["note"]!.GetValue<string>());
    }

    private int Count => _server.Objects.State(Collection).Count;

    private int? Series => _server.Objects.Get($"{Collection}/{_server.Objects.State(Collection).Keys.First()}")!["series"]?["count"]?.GetValue<int>();

    private void Record(string reason, string note) =>
        _recorder.Record(new(EventType.Warning, new("v1", "Thing", new("team", "a"), "uid-1"), reason, "Pull", note));

    private Task AdvanceUntil(Func<bool> condition, string what) => Eventually.True(
        () =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return condition();
        },
        what);
}
