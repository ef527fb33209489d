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
    private static readonly ComponentTemplate Template = Component.Compile(
        ComponentFiles.Engine, File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Prober", "prober.wasm"))).Prepare(WasiImports.AddTo(new Linker()));

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
        await AssertHealthy();
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
        await AssertHealthy();
    }

    [Fact]
    public async Task Recursion_without_end_is_a_trap()
    {
        Assert.Equal(TrapCode.CallStackExhausted, (await Assert.ThrowsAnyAsync<TrapException>(() => Probe("recurse", WitValue.U32(uint.MaxValue)))).Code);
        await AssertHealthy();
    }

    [Fact]
    public async Task Memory_grows_to_the_limit_and_no_further()
    {
        Assert.InRange((await Probe("grow"))!.Value.AsU32(), 900u, 1024u);
        await AssertHealthy();
    }

    [Fact]
    public async Task A_million_handles_are_too_many()
    {
        Assert.Equal(CallLimit.Handles, (await Assert.ThrowsAsync<CallLimitException>(() => Probe("keep-handles", WitValue.U32(1_000_000)))).Limit);
        Assert.Equal(1000u, (await Probe("keep-handles", WitValue.U32(1000)))!.Value.AsU32());
        await AssertHealthy();
    }

    [Theory]
    [InlineData(1ul << 60)]
    [InlineData(1ul << 32)]
    [InlineData(1ul << 30)]
    public async Task An_ocean_of_random_bytes_is_a_trap(ulong count)
    {
        await Assert.ThrowsAsync<TrapException>(() => Probe("random-bytes", WitValue.U64(count)));
        await AssertHealthy();
    }

    [Fact]
    public async Task Standard_output_is_cut_and_the_host_prints_nothing()
    {
        using var state = new WasiState(Policies.Gate(null));
        Assert.Equal(10u << 20, (await Probe(state, "write-stdout", TimeSpan.FromSeconds(60), CancellationToken.None, WitValue.U32(10 << 20)))!.Value.AsU32());
        Assert.InRange(state.Log.BytesOf(LogSource.Stdout).Length, 60_000, 65_536);
        Assert.Equal("limit-log", state.Log.Exceeded!.Code);
    }

    [Theory]
    [InlineData("giant-list")]
    [InlineData("wild-list")]
    [InlineData("bad-string")]
    public async Task A_result_that_is_a_lie_is_an_error(string attempt)
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => Probe(attempt));
        Assert.True(failure is TrapException or CallLimitException, failure.ToString());
        await AssertHealthy();
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(uint.MaxValue)]
    public async Task A_handle_that_is_none_is_a_trap(uint handle)
    {
        await Assert.ThrowsAsync<TrapException>(() => Probe("drop-nothing", WitValue.U32(handle)));
        await AssertHealthy();
    }

    [Fact]
    public async Task No_clock_ticks_finer_than_ten_microseconds() => Assert.InRange((await Probe("clock-step"))!.Value.AsU64(), 10_000ul, ulong.MaxValue);

    private static async Task AssertHealthy() => Assert.Equal(3u, (await Probe("recurse", WitValue.U32(3)))!.Value.AsU32());

    private static Task<WitValue?> Probe(string attempt, params WitValue[] arguments) => Probe(attempt, TimeSpan.FromSeconds(60), CancellationToken.None, arguments);

    private static async Task<WitValue?> Probe(string attempt, TimeSpan deadline, CancellationToken cancellationToken, params WitValue[] arguments)
    {
        using var state = new WasiState(Policies.Gate(null));
        return await Probe(state, attempt, deadline, cancellationToken, arguments);
    }

    private static async Task<WitValue?> Probe(WasiState state, string attempt, TimeSpan deadline, CancellationToken cancellationToken, params WitValue[] arguments)
    {
        using var call = new Call(ComponentFiles.Engine, new CallOptions
        {
            State = state,
            Handles = state.Limits.OpenHandles,
            StoreLimits = new StoreLimits { MemoryBytes = state.Limits.Memory },
            Cancellation = cancellationToken,
        });
        return await ComponentFiles.Engine.RunAsync(call.Store, () =>
        {
            Assert.True(Template.New(call).TryFunc(attempt, out var func), attempt);
            return func!.Call(arguments).AsTask().GetAwaiter().GetResult();
        }, deadline, cancellationToken);
    }
}
