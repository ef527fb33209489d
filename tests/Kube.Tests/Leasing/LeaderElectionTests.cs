using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tapedeck.Kube.Leasing;
using Tapedeck.Kube.Tests.Fakes;
using Xunit;

namespace Tapedeck.Kube.Tests.Leasing;

/// <summary>On the real clock, with short times, against a fake server; each candidate talks to it under its own name.</summary>
public sealed class LeaderElectionTests : IAsyncLifetime
{
    private const string LeasePath = "/apis/coordination.k8s.io/v1/namespaces/system/leases/leader";

    private readonly ConcurrentQueue<(string Who, string What)> _log = [];
    private readonly JumpingClock _clock = new();
    private FakeApiServer _server = null!;

    public async Task InitializeAsync() => _server = await FakeApiServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task One_leads_at_a_time_and_a_leader_that_stops_hands_over_at_once()
    {
        await using var a = new Candidate(this, "a");
        await Eventually.True(() => a.Leads, "a leads");
        await using var b = new Candidate(this, "b");
        await Task.Delay(300);
        Assert.False(b.Leads);
        Assert.Equal(LeadershipEnd.Stopped, await a.StopAsync());
        await Eventually.True(() => b.Leads, "b leads");
        Assert.Equal([("a", "begins"), ("a", "ends"), ("b", "begins")], _log);
        Assert.Equal(("b", 1), Lease());
    }

    [Fact]
    public async Task A_leader_that_cannot_reach_the_server_ends_before_another_begins()
    {
        await using var a = new Candidate(this, "a");
        await Eventually.True(() => a.Leads, "a leads");
        await using var b = new Candidate(this, "b");
        _server.Always(From("a"), FakeApiServer.Text(503, "cut off"));
        Assert.Equal(LeadershipEnd.Lost, await a.EndAsync());
        await Eventually.True(() => b.Leads, "b leads");
        Assert.Equal([("a", "begins"), ("a", "ends"), ("b", "begins")], _log);
    }

    [Fact]
    public async Task A_leader_whose_renewals_hang_ends_before_another_begins()
    {
        await using var a = new Candidate(this, "a");
        await Eventually.True(() => a.Leads, "a leads");
        await using var b = new Candidate(this, "b");
        _server.Always(From("a"), context => Task.Delay(TimeSpan.FromSeconds(30), context.RequestAborted));
        Assert.Equal(LeadershipEnd.Lost, await a.EndAsync());
        await Eventually.True(() => b.Leads, "b leads");
        Assert.Equal([("a", "begins"), ("a", "ends"), ("b", "begins")], _log);
    }

    [Fact]
    public async Task A_leader_whose_lease_was_taken_ends()
    {
        await using var a = new Candidate(this, "a");
        await Eventually.True(() => a.Leads, "a leads");
        var lease = _server.Objects.Get(LeasePath)!;
        lease["spec"]!["holderIdentity"] = "an administrator";
        _server.Objects.Put(LeasePath, lease);
        Assert.Equal(LeadershipEnd.Lost, await a.EndAsync());
        // What is another's is not released.
        Assert.Equal("an administrator", Lease().Holder);
        Assert.Contains(a.Notices, notice => notice.Text == "a lost the lease to 'an administrator'");
    }

    [Fact]
    public async Task A_renewal_whose_answer_is_lost_does_not_end_the_leading()
    {
        await using var a = new Candidate(this, "a");
        await Eventually.True(() => a.Leads, "a leads");
        var renewals = 0;
        _server.Once(request => request.Method == "PUT", async context =>
        {
            await _server.Objects.AnswerAsync(new Unheard(context).Context);
            Interlocked.Increment(ref renewals);
            context.Abort();
        });
        await Eventually.True(() => renewals == 1, "a renewal that nobody hears of");
        await Task.Delay(TimeSpan.FromSeconds(3));
        Assert.True(a.Leads);
        Assert.Equal([("a", "begins")], _log);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_clock_that_jumps_neither_takes_nor_loses_a_lease(int days)
    {
        await using var a = new Candidate(this, "a");
        await Eventually.True(() => a.Leads, "a leads");
        await using var b = new Candidate(this, "b");
        await Task.Delay(300);
        _clock.Jump(TimeSpan.FromDays(days));
        await Task.Delay(1_500);
        Assert.Equal([("a", "begins")], _log);
        Assert.True(a.Leads);
    }

    [Fact]
    public async Task An_abandoned_lease_is_taken_after_its_duration_by_our_own_clock()
    {
        // Its time of renewal is far in the future, and means nothing.
        _server.Objects.Put(LeasePath, new()
        {
            ["apiVersion"] = "coordination.k8s.io/v1",
            ["kind"] = "Lease",
            ["metadata"] = new JsonObject { ["name"] = "leader", ["namespace"] = "system" },
            ["spec"] = new JsonObject { ["holderIdentity"] = "gone", ["leaseDurationSeconds"] = 3, ["renewTime"] = "2099-01-01T00:00:00.000000Z", ["leaseTransitions"] = 41 },
        });
        var start = TimeProvider.System.GetTimestamp();
        await using var a = new Candidate(this, "a");
        await Eventually.True(() => a.Leads, "a leads");
        Assert.True(TimeProvider.System.GetElapsedTime(start) >= TimeSpan.FromSeconds(3));
        Assert.Equal(("a", 42), Lease());
    }

    [Fact]
    public async Task Work_that_ends_by_itself_releases_the_lease_and_its_failure_is_thrown()
    {
        var election = Election("a", _ => { });
        Assert.Equal(LeadershipEnd.Finished, await election.RunAsync(_ => Task.CompletedTask, CancellationToken.None).WaitAsync(Eventually.Patience));
        Assert.Equal("", Lease().Holder);
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => Election("a", _ => { }).RunAsync(_ => throw new InvalidTimeZoneException(), CancellationToken.None));
        Assert.Equal("", Lease().Holder);
    }

    [Fact]
    public async Task Work_that_does_not_end_when_the_lease_is_lost_does_not_hold_the_caller_up()
    {
        var never = new TaskCompletionSource();
        var election = Election("a", _ => { });
        var run = election.RunAsync(_ => never.Task, CancellationToken.None);
        await Eventually.True(() => election.IsLeading, "a leads");
        _server.Always(From("a"), FakeApiServer.Text(503, "cut off"));
        Assert.Equal(LeadershipEnd.Lost, await run.WaitAsync(Eventually.Patience));
        Assert.False(election.IsLeading);
        never.SetResult();
    }

    [Fact]
    public async Task A_candidate_that_is_stopped_while_it_waits_never_leads()
    {
        await using var a = new Candidate(this, "a");
        await Eventually.True(() => a.Leads, "a leads");
        await using var b = new Candidate(this, "b");
        await Task.Delay(200);
        Assert.Equal(LeadershipEnd.Stopped, await b.StopAsync());
        Assert.Equal("a", Lease().Holder);
    }

    [Theory]
    [InlineData("the deadline is as long as the lease", 15, 15, 2)]
    [InlineData("the period is as long as the deadline", 15, 10, 10)]
    [InlineData("no period", 15, 10, 0)]
    [InlineData("half a second", 15.5, 10, 2)]
    public void Times_that_do_not_fit_are_refused(string name, double duration, double deadline, double period) =>
        Assert.Throws<ArgumentException>(() => new LeaderElection(
            _server.Client(), new("system", "leader", "a") { Duration = TimeSpan.FromSeconds(duration), RenewDeadline = TimeSpan.FromSeconds(deadline), RetryPeriod = TimeSpan.FromSeconds(period) },
            TimeProvider.System, new Random(1), _ => { }));

    private static Func<HttpRequest, bool> From(string who) => request => request.Headers.UserAgent == who;

    private (string Holder, int Transitions) Lease()
    {
        var spec = _server.Objects.Get(LeasePath)!["spec"]!;
        return (spec["holderIdentity"]!.GetValue<string>(), spec["leaseTransitions"]!.GetValue<int>());
    }

    private LeaderElection Election(string who, Action<Notice> notices) => new(
        _server.Client(_clock, new() { QueriesPerSecond = 1_000, Burst = 1_000, UserAgent = who, RequestTimeout = TimeSpan.FromSeconds(20) }),
        new("system", "leader", who) { Duration = TimeSpan.FromSeconds(3), RenewDeadline = TimeSpan.FromSeconds(2), RetryPeriod = TimeSpan.FromMilliseconds(100) },
        _clock, new Random(who[0]), notices);

    /// <summary>A process that wants to lead.</summary>
    private sealed class Candidate : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly LeaderElection _election;
        private readonly Task<LeadershipEnd> _run;

        internal Candidate(LeaderElectionTests tests, string who)
        {
            _election = tests.Election(who, Notices.Enqueue);
            _run = _election.RunAsync(async token =>
            {
                tests._log.Enqueue((who, "begins"));
                await Task.Delay(Timeout.Infinite, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                tests._log.Enqueue((who, "ends"));
            }, _stop.Token);
        }

        internal ConcurrentQueue<Notice> Notices { get; } = [];

        internal bool Leads => _election.IsLeading;

        internal Task<LeadershipEnd> EndAsync() => _run.WaitAsync(Eventually.Patience);

        internal async Task<LeadershipEnd> StopAsync()
        {
            await _stop.CancelAsync();
            return await EndAsync();
        }

        public async ValueTask DisposeAsync() => await StopAsync();
    }

    /// <summary>A copy of a request whose answer goes nowhere.</summary>
    private sealed class Unheard
    {
        internal Unheard(HttpContext context)
        {
            Context = new DefaultHttpContext();
            Context.Request.Method = context.Request.Method;
            Context.Request.Path = context.Request.Path;
            Context.Request.QueryString = context.Request.QueryString;
            Context.Request.ContentLength = context.Request.ContentLength;
            Context.Request.Body = context.Request.Body;
        }

        internal DefaultHttpContext Context { get; }
    }
}
