using Tapedeck.Components;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasm;
using Xunit;

namespace Tapedeck.Wasi.Tests.Guests;

/// <summary>The attempts of <see cref="ProberTests"/> under a policy that sets limits: each gets as much as that, and no more. And attempts of many calls at once.</summary>
public sealed class ProberLimitTests
{
    private const string Api = "network: {allow: [{host: api.example.com}]}";

    [Theory]
    [InlineData("1Mi", 16u)]
    [InlineData("8Mi", 128u)]
    public async Task Grow_gets_the_memory_of_the_policy(string memory, uint pages)
    {
        using var state = new WasiState(Policies.Gate($"limits: {{memory: {memory}}}"));
        Assert.InRange((await Prober.Try(state, "grow"))!.Value.AsU32(), pages - 16, pages);
        await Prober.AssertHealthy();
    }

    [Theory]
    [InlineData("loop-in-guest")]
    [InlineData("loop-in-host-calls")]
    [InlineData("wait")]
    public async Task An_attempt_without_end_ends_at_the_deadline_of_the_policy(string attempt)
    {
        using var state = new WasiState(Policies.Gate("limits: {callDeadline: 100ms}"));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal(TrapCode.Interrupted, (await Assert.ThrowsAsync<TrapException>(() => Prober.Try(state, attempt))).Code);
        Assert.InRange(watch.ElapsedMilliseconds, 90, 25_000);
        await Prober.AssertHealthy();
    }

    [Fact]
    public async Task Keep_handles_gets_the_handles_of_the_policy()
    {
        using var state = new WasiState(Policies.Gate("limits: {openHandles: 10}"));
        Assert.Equal(10u, (await Prober.Try(state, "keep-handles", WitValue.U32(10)))!.Value.AsU32());
        Assert.Equal(CallLimit.Handles, (await Assert.ThrowsAsync<CallLimitException>(() => Prober.Try(state, "keep-handles", WitValue.U32(11)))).Limit);
        await Prober.AssertHealthy();
    }

    [Fact]
    public async Task Write_stdout_gets_the_log_of_the_policy()
    {
        using var state = new WasiState(Policies.Gate("limits: {log: 10Ki}"));
        Assert.Equal(1u << 20, (await Prober.Try(state, "write-stdout", WitValue.U32(1 << 20)))!.Value.AsU32());
        Assert.InRange(state.Log.BytesOf(LogSource.Stdout).Length, 8 << 10, 10 << 10);
        Assert.Equal("limit-log", state.Log.Exceeded!.Code);
    }

    [Theory]
    [InlineData("recurse")]
    [InlineData("random-bytes")]
    [InlineData("giant-list")]
    [InlineData("wild-list")]
    [InlineData("bad-string")]
    [InlineData("drop-nothing")]
    public async Task No_policy_grants_what_is_wrong(string attempt)
    {
        using var state = new WasiState(Policies.Gate($"{Policies.Data}\n{Api}\nlimits: {{memory: 256Mi, openHandles: 65536}}"));
        WitValue[] arguments = attempt switch
        {
            "recurse" => [WitValue.U32(uint.MaxValue)],
            "random-bytes" => [WitValue.U64(1ul << 40)],
            "drop-nothing" => [WitValue.U32(77)],
            _ => [],
        };
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => Prober.Try(state, attempt, arguments));
        Assert.True(failure is TrapException or CallLimitException, failure.ToString());
        await Prober.AssertHealthy();
    }

    [Theory]
    [InlineData("keep-files", "insufficient-memory")]
    [InlineData("keep-sockets", "new-socket-limit")]
    public async Task Many_calls_that_keep_all_they_can_share_what_the_process_has_and_give_it_back(string attempt, string error)
    {
        const int calls = 24, most = 600;
        using var folder = new TemporaryFolder();
        folder.Write("file", "text");
        var account = new HostHandles(most);
        WitValue[] arguments = attempt == "keep-files" ? [WitValue.String("file")] : [];
        for (var round = 0; round < 3; round++)
        {
            using (var together = new Barrier(calls))
            {
                var kept = await Task.WhenAll(Enumerable.Range(0, calls).Select(_ => Task.Factory.StartNew(async () =>
                {
                    using var state = State(folder, account);
                    together.SignalAndWait();
                    var result = (await Prober.Try(state, attempt, arguments))!.Value;
                    // A call of good will in between: it may be told to come again, and nothing else.
                    using var other = State(folder, account);
                    var text = (await Prober.Try(other, "read-file", WitValue.String("file")))!.Value;
                    return (Count: result[0].AsU32(), Error: result[1].CaseName, Text: text.CaseName == "ok" ? text.CaseValue!.Value.AsString() : text.CaseValue!.Value.CaseName);
                }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));
                Assert.All(kept, call => Assert.Equal(error, call.Error));
                Assert.All(kept, static call => Assert.Contains(call.Text, (string[])["text", "insufficient-memory"]));
                Assert.All(kept, static call => Assert.InRange(call.Count, 0u, (uint)most));
            }
            Assert.Equal(0, account.Taken);
        }
        using var late = State(folder, account);
        Assert.Equal("text", (await Prober.Try(late, "read-file", WitValue.String("file")))!.Value.CaseValue!.Value.AsString());
        await Prober.AssertHealthy();
    }

    private static WasiState State(TemporaryFolder folder, HostHandles account) => new(
        Policies.Gate($"{Policies.Data}\nlimits: {{openHandles: 1000}}"), new WasiOptions { Handles = account, Preopens = [new HostPreopen("/data", folder.Root)] });
}
