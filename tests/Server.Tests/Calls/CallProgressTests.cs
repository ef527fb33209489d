using System.Collections.Concurrent;
using Tapedeck.Mcp;
using Xunit;

namespace Tapedeck.Server.Tests.Calls;

public sealed class CallProgressTests
{
    [Fact]
    public async Task A_client_that_asked_for_progress_hears_every_five_seconds_that_its_call_runs()
    {
        using var station = new Station(new Hurried());
        station.Tool("hand", HandMade.Component(), "limits: {callDeadline: 3s}");
        await station.ApplyAsync();
        var reports = new ConcurrentQueue<ProgressReport>();
        var result = await CallAsync(station, "spin", report =>
        {
            reports.Enqueue(report);
            return ValueTask.CompletedTask;
        });
        Assert.Equal("limit-call-deadline", Station.ErrorOf(result).Code);
        Assert.True(reports.Count >= 3, $"{reports.Count} reports");
        Assert.Equal(Enumerable.Range(1, reports.Count).Select(count => new ProgressReport(5 * count, null, $"running for {5 * count} s")), reports);
        var told = reports.Count;
        await Task.Delay(500);
        Assert.Equal(told, reports.Count);
    }

    [Theory]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(IOException))]
    public async Task A_client_that_cannot_be_told_changes_nothing_about_its_call(Type failure)
    {
        using var station = new Station(new Hurried());
        station.Tool("hand", HandMade.Component(), "limits: {callDeadline: 1s}");
        await station.ApplyAsync();
        var result = await CallAsync(station, "spin", _ => throw (Exception)Activator.CreateInstance(failure)!);
        Assert.Equal("limit-call-deadline", Station.ErrorOf(result).Code);
        await station.AssertNothingIsLeftAsync();
    }

    private static async Task<ToolResult> CallAsync(Station station, string tool, Func<ProgressReport, ValueTask> progress) =>
        (ToolResult)await station.Deck.Catalogue.Current.Tools.Single(one => one.Declaration.Name == tool)
            .CallAsync("{}"u8.ToArray(), new CallContext { ProtocolVersion = "test", Progress = progress });

    /// <summary>Time whose timers are twenty times as fast.</summary>
    private sealed class Hurried : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Hurry(dueTime), Hurry(period));

        private static TimeSpan Hurry(TimeSpan time) => time > TimeSpan.Zero ? time / 20 : time;
    }
}
