using System.Diagnostics;
using Tapedeck.Components;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasm;
using Xunit;

namespace Tapedeck.Wasi.Tests.Guests;

/// <summary>
/// A component that takes all it can get, without a policy. Each attempt ends in an error of its own or at its limit, and the process goes on as if nothing
/// had been: the same engine serves the next one. Attempts on files, names and addresses have tests of their own, beside the functions that they are about.
/// </summary>
public sealed class ProberTests
{
    [Theory]
    [InlineData("loop-in-guest")]
    [InlineData("loop-in-host-calls")]
    [InlineData("wait")]
    public async Task An_attempt_without_end_ends_at_the_deadline(string attempt)
    {
        var watch = Stopwatch.StartNew();
        var trap = await Assert.ThrowsAsync<TrapException>(() => Probe(attempt, TimeSpan.FromMilliseconds(200), CancellationToken.None));
        Assert.Equal(TrapCode.Interrupted, trap.Code);
        Assert.InRange(watch.ElapsedMilliseconds, 150, 60_000);
        await Prober.AssertHealthy();
    }

    [Theory]
    [InlineData("loop-in-guest")]
    [InlineData("loop-in-host-calls")]
    [InlineData("wait")]
    public async Task An_attempt_without_end_ends_when_it_is_cancelled(string attempt)
    {
        using var cancel = new CancellationTokenSource(200);
        var watch = Stopwatch.StartNew();
        await Assert.ThrowsAnyAsync<Exception>(() => Probe(attempt, TimeSpan.FromSeconds(60), cancel.Token));
        Assert.InRange(watch.ElapsedMilliseconds, 150, 60_000);
        await Prober.AssertHealthy();
    }

    [Fact]
    public async Task Recursion_without_end_is_a_trap()
    {
        Assert.Equal(TrapCode.CallStackExhausted, (await Assert.ThrowsAnyAsync<TrapException>(() => Prober.Try("recurse", WitValue.U32(uint.MaxValue)))).Code);
        await Prober.AssertHealthy();
    }

    [Fact]
    public async Task Memory_grows_to_the_limit_and_no_further()
    {
        Assert.InRange((await Prober.Try("grow"))!.Value.AsU32(), 900u, 1024u);
        await Prober.AssertHealthy();
    }

    [Fact]
    public async Task A_million_handles_are_too_many()
    {
        Assert.Equal(CallLimit.Handles, (await Assert.ThrowsAsync<CallLimitException>(() => Prober.Try("keep-handles", WitValue.U32(1_000_000)))).Limit);
        Assert.Equal(1000u, (await Prober.Try("keep-handles", WitValue.U32(1000)))!.Value.AsU32());
        await Prober.AssertHealthy();
    }

    [Theory]
    [InlineData(1ul << 60)]
    [InlineData(1ul << 32)]
    [InlineData(1ul << 30)]
    public async Task An_ocean_of_random_bytes_is_a_trap(ulong count)
    {
        await Assert.ThrowsAsync<TrapException>(() => Prober.Try("random-bytes", WitValue.U64(count)));
        await Prober.AssertHealthy();
    }

    [Fact]
    public async Task Standard_output_is_cut_and_the_host_prints_nothing()
    {
        using var state = new WasiState(Policies.Gate(null));
        Assert.Equal(10u << 20, (await Prober.Try(state, "write-stdout", TimeSpan.FromSeconds(60), CancellationToken.None, WitValue.U32(10 << 20)))!.Value.AsU32());
        Assert.InRange(state.Log.BytesOf(LogSource.Stdout).Length, 60_000, 65_536);
        Assert.Equal("limit-log", state.Log.Exceeded!.Code);
    }

    [Theory]
    [InlineData("giant-list")]
    [InlineData("wild-list")]
    [InlineData("bad-string")]
    public async Task A_result_that_is_a_lie_is_an_error(string attempt)
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => Prober.Try(attempt));
        Assert.True(failure is TrapException or CallLimitException, failure.ToString());
        await Prober.AssertHealthy();
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(uint.MaxValue)]
    public async Task A_handle_that_is_none_is_a_trap(uint handle)
    {
        await Assert.ThrowsAsync<TrapException>(() => Prober.Try("drop-nothing", WitValue.U32(handle)));
        await Prober.AssertHealthy();
    }

    [Fact]
    public async Task No_clock_ticks_finer_than_ten_microseconds() => Assert.InRange((await Prober.Try("clock-step"))!.Value.AsU64(), 10_000ul, ulong.MaxValue);

    private static async Task<WitValue?> Probe(string attempt, TimeSpan deadline, CancellationToken cancellationToken)
    {
        using var state = new WasiState(Policies.Gate(null));
        return await Prober.Try(state, attempt, deadline, cancellationToken);
    }
}
