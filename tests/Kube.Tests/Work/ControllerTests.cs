using System.Collections.Concurrent;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Kube.Tests.Fakes;
using Tapedeck.Kube.Work;
using Xunit;

namespace Tapedeck.Kube.Tests.Work;

public sealed class ControllerTests : IDisposable
{
    private static readonly ObjectKey Key = new("team", "a");

    private readonly ManualTime _time = new();
    private readonly WorkQueue<ObjectKey> _queue;
    private readonly ConcurrentQueue<Notice> _notices = [];
    private int _runs;

    public ControllerTests() => _queue = new("tests", new() { Backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60)) }, _time, new NoChance());

    public void Dispose() => _queue.Dispose();

    public static TheoryData<string, Func<Requeue>, double> Outcomes => new()
    {
        { "done", () => Requeue.None, -1 },
        { "again later", () => Requeue.In(TimeSpan.FromSeconds(30)), 30 },
        { "a terminal failure", () => throw new TerminalException("WrongSpec", "no"), -1 },
        { "a failure that the server sets the time of", () => throw new TooManyRequestsException("get", new(429, "", "", [], TimeSpan.FromSeconds(20), "")), 20 },
        { "a failure whose time the server sets to now", () => throw new TooManyRequestsException("get", new(429, "", "", [], TimeSpan.Zero, "")), 1 },
        { "any other failure", () => throw new InvalidOperationException("a bug"), 1 },
        { "a failure of the server", () => throw new UnavailableException("get", ApiStatus.Silent("down")), 1 },
    };

    [Theory, MemberData(nameof(Outcomes))]
    public async Task An_outcome_decides_whether_and_when_the_key_comes_again(string name, Func<Requeue> outcome, double seconds)
    {
        using var stop = new CancellationTokenSource();
        var run = Run((_, _) => Task.FromResult(Interlocked.Increment(ref _runs) == 1 ? outcome() : Requeue.None), 1, stop.Token);
        _queue.Add(Key);
        await Eventually.True(() => _runs == 1, "the first run");
        await Task.Delay(20);
        if (seconds < 0)
        {
            Assert.Equal(0, _queue.Delayed);
            _time.Advance(TimeSpan.FromHours(1));
            await Task.Delay(20);
            Assert.Equal(1, _runs);
        }
        else
        {
            await Eventually.True(() => _queue.Delayed == 1, "the key waits");
            _time.Advance(TimeSpan.FromSeconds(seconds - 0.1));
            Assert.Equal((0, 1), (_queue.Depth, _queue.Delayed));
            _time.Advance(TimeSpan.FromSeconds(0.2));
            await Eventually.True(() => _runs == 2, "the second run");
        }
        await stop.CancelAsync();
        await run.WaitAsync(Eventually.Patience);
    }

    [Fact]
    public async Task A_failure_is_told_with_its_key_and_its_cause()
    {
        using var stop = new CancellationTokenSource();
        var run = Run((_, _) => throw new TerminalException("WrongSpec", "the port is taken"), 1, stop.Token);
        _queue.Add(Key);
        await Eventually.True(() => !_notices.IsEmpty, "a notice");
        var notice = _notices.Single();
        Assert.Equal((NoticeLevel.Error, "things", "team/a is given up until it changes: WrongSpec"), (notice.Level, notice.Source, notice.Text));
        Assert.IsType<TerminalException>(notice.Error);
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task Several_keys_are_worked_on_at_once_and_one_that_hangs_stops_no_other()
    {
        using var stop = new CancellationTokenSource();
        var run = Run(async (key, token) =>
        {
            if (key == Key)
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            Interlocked.Increment(ref _runs);
            return Requeue.None;
        }, 2, stop.Token);
        _queue.Add(Key);
        foreach (var index in Enumerable.Range(0, 100))
        {
            _queue.Add(new("team", $"b{index}"));
        }
        await Eventually.True(() => _runs == 100, "all others");
        await stop.CancelAsync();
        await run.WaitAsync(Eventually.Patience);
        Assert.Empty(_notices);
    }

    [Fact]
    public async Task A_closed_queue_lets_the_work_end()
    {
        var release = new TaskCompletionSource();
        var run = Run(async (_, _) =>
        {
            await release.Task;
            Interlocked.Increment(ref _runs);
            return Requeue.None;
        }, 2, CancellationToken.None);
        _queue.Add(Key);
        await Eventually.True(() => _queue.Depth == 0, "the key is taken");
        var closed = _queue.Close();
        release.SetResult();
        await closed.WaitAsync(Eventually.Patience);
        await run.WaitAsync(Eventually.Patience);
        Assert.Equal(1, _runs);
    }

    private Task Run(Reconcile reconcile, int workers, CancellationToken stop) =>
        new Controller("things", _queue, reconcile, workers, _time, _notices.Enqueue).RunAsync(stop);
}
