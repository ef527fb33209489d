using Tapedeck.Kube.Tests.Fakes;
using Tapedeck.Kube.Work;
using Xunit;

namespace Tapedeck.Kube.Tests.Work;

public sealed class WorkQueueTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly WorkQueue<string> _queue;

    public WorkQueueTests() => _queue = new("tests", new() { RetriesPerSecond = 1, RetryBurst = 5 }, _time, new NoChance());

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task A_key_that_is_added_many_times_is_worked_on_once()
    {
        _queue.Add("a");
        _queue.Add("a");
        _queue.Add("b");
        Assert.Equal(2, _queue.Depth);
        Assert.Equal("a", await TakeAsync());
        Assert.Equal("b", await TakeAsync());
        Assert.Equal(0, _queue.Depth);
    }

    [Fact]
    public async Task A_key_that_is_added_during_its_work_comes_again_afterwards()
    {
        _queue.Add("a");
        Assert.Equal("a", await TakeAsync());
        _queue.Add("a");
        _queue.Add("a");
        Assert.Equal(0, _queue.Depth);
        _queue.Done("a");
        Assert.Equal(1, _queue.Depth);
        Assert.Equal("a", await TakeAsync());
        _queue.Done("a");
        Assert.Equal(0, _queue.Depth);
    }

    [Fact]
    public async Task A_delayed_key_comes_when_its_time_has_come()
    {
        _queue.AddAfter("late", TimeSpan.FromSeconds(10));
        _queue.AddAfter("soon", TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal((0, 2), (_queue.Depth, _queue.Delayed));
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal((1, 1), (_queue.Depth, _queue.Delayed));
        Assert.Equal("soon", await TakeAsync());
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("late", await TakeAsync());
    }

    [Theory]
    [InlineData("the later comes second", 5, 10)]
    [InlineData("the later comes first", 10, 5)]
    public void Of_two_delays_the_earlier_counts(string name, int first, int second)
    {
        _queue.AddAfter("a", TimeSpan.FromSeconds(first));
        _queue.AddAfter("a", TimeSpan.FromSeconds(second));
        _time.Advance(TimeSpan.FromSeconds(5.1));
        Assert.Equal((1, 0), (_queue.Depth, _queue.Delayed));
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal((1, 0), (_queue.Depth, _queue.Delayed));
    }

    [Fact]
    public async Task An_addition_takes_the_place_of_a_delayed_one()
    {
        _queue.AddAfter("a", TimeSpan.FromSeconds(5));
        _queue.Add("a");
        await TakeAsync();
        _queue.Done("a");
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((0, 0), (_queue.Depth, _queue.Delayed));
    }

    [Fact]
    public void A_delay_of_years_neither_throws_nor_ends_early()
    {
        _queue.AddAfter("a", TimeSpan.MaxValue);
        _time.Advance(TimeSpan.FromDays(400));
        Assert.Equal((0, 1), (_queue.Depth, _queue.Delayed));
    }

    [Fact]
    public void Delays_that_were_overtaken_do_not_pile_up()
    {
        for (var round = 0; round < 10_000; round++)
        {
            _queue.AddAfter("a", TimeSpan.FromDays(1));
            _queue.AddAfter("a", TimeSpan.FromHours(23) - TimeSpan.FromTicks(round));
            Assert.Equal(1, _queue.Delayed);
        }
        Assert.InRange(_queue.DelayedEntries, 1, 1_010);
    }

    [Fact]
    public async Task A_failing_key_waits_twice_as_long_each_time_up_to_the_cap_and_starts_anew_after_success()
    {
        using var queue = new WorkQueue<string>("tests", new() { Backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)), RetriesPerSecond = 1_000, RetryBurst = 1_000 }, _time, new NoChance());
        foreach (var seconds in new[] { 1, 2, 4, 5, 5 })
        {
            queue.AddAfterFailure("a");
            _time.Advance(TimeSpan.FromSeconds(seconds - 0.1));
            Assert.Equal(0, queue.Depth);
            _time.Advance(TimeSpan.FromSeconds(0.2));
            Assert.Equal(1, queue.Depth);
            await queue.TakeAsync(CancellationToken.None);
            queue.Done("a");
        }
        Assert.Equal(5, queue.Failures("a"));
        queue.Forget("a");
        queue.AddAfterFailure("a");
        _time.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal(1, queue.Depth);
    }

    [Fact]
    public void Keys_that_fail_together_do_not_come_back_together()
    {
        using var queue = new WorkQueue<int>("tests", new() { Backoff = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10)), RetriesPerSecond = 1_000, RetryBurst = 1_000 }, _time, new Random(1));
        for (var key = 0; key < 100; key++)
        {
            queue.AddAfterFailure(key);
        }
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(0, queue.Depth);
        _time.Advance(TimeSpan.FromSeconds(2.6));
        Assert.InRange(queue.Depth, 30, 70);
        _time.Advance(TimeSpan.FromSeconds(2.6));
        Assert.Equal(100, queue.Depth);
    }

    [Fact]
    public void Many_failing_keys_come_back_at_the_rate_of_all()
    {
        foreach (var index in Enumerable.Range(0, 25))
        {
            _queue.AddAfterFailure($"a{index}");
        }
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(5, _queue.Depth);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(15, _queue.Depth);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(25, _queue.Depth);
    }

    [Fact]
    public async Task A_closed_queue_hands_out_what_waits_takes_no_more_and_ends_when_all_is_done()
    {
        _queue.Add("a");
        _queue.Add("b");
        _queue.AddAfter("c", TimeSpan.FromSeconds(1));
        await TakeAsync();
        _queue.Add("a");
        var closed = _queue.Close();
        _queue.Add("d");
        _queue.AddAfterFailure("e");
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("b", await TakeAsync());
        // It was asked for before the end, so it is still to be done.
        _queue.Done("a");
        Assert.Equal("a", await TakeAsync());
        var waiting = new[] { _queue.TakeAsync(CancellationToken.None).AsTask(), _queue.TakeAsync(CancellationToken.None).AsTask() };
        Assert.False(closed.IsCompleted);
        _queue.Done("a");
        Assert.False(closed.IsCompleted);
        _queue.Done("b");
        await closed.WaitAsync(Eventually.Patience);
        Assert.False((await waiting[0]).Taken);
        Assert.False((await waiting[1]).Taken);
        Assert.False((await _queue.TakeAsync(CancellationToken.None)).Taken);
        Assert.Same(closed, _queue.Close());
    }

    [Fact]
    public async Task A_worker_that_waits_can_be_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var waiting = _queue.TakeAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
        _queue.Add("a");
        Assert.Equal("a", await TakeAsync());
    }

    [Fact]
    public void What_was_not_taken_cannot_be_done() => Assert.Throws<InvalidOperationException>(() => _queue.Done("a"));

    private async Task<string> TakeAsync()
    {
        var (taken, key) = await _queue.TakeAsync(CancellationToken.None).AsTask().WaitAsync(Eventually.Patience);
        Assert.True(taken);
        return key;
    }
}
