using System.Diagnostics;
using Tapedeck.Components.Tests.Binary;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasm;
using Xunit;
using static Tapedeck.Components.Tests.Abi.Code;
using static Tapedeck.Components.Tests.Binary.ComponentBytes;
using FuncType = Tapedeck.Components.Types.FuncType;

namespace Tapedeck.Components.Tests.Abi;

/// <summary>Guests that want more than they may have. The host stays whole, and others see nothing of it.</summary>
public sealed class HostileGuestTests
{
    // 64 MiB of zeros.
    private const string Grow = "41 FF 07 40 00 1A";

    public static TheoryData<string> Amplifiers => [.. Amplifying.Keys];

    private static readonly Dictionary<string, (WitType Type, int Length)> Amplifying = new()
    {
        ["empty lists of bytes"] = (new ListType(new ListType(WitType.U8)), 8_000_000),
        ["empty strings"] = (new ListType(WitType.String), 8_000_000),
        ["options of bytes"] = (new ListType(new OptionType(WitType.U8)), 30_000_000),
        ["tuples of bytes"] = (new ListType(new TupleType(WitType.U8, WitType.U8)), 30_000_000),
        ["lists of lists of lists"] = (new ListType(new ListType(new ListType(new ListType(WitType.U8)))), 8_000_000),
        ["fixed lists"] = (new ListType(new FixedListType(new TupleType(WitType.U8), 4)), 16_000_000),
    };

    [Theory]
    [MemberData(nameof(Amplifiers))]
    public void Small_values_do_not_become_large_ones(string name)
    {
        var (type, length) = Amplifying[name];
        var before = GC.GetTotalAllocatedBytes();
        var limit = Assert.Throws<CallLimitException>(() => Guests.Run(Guests.Running(new FuncType([], type), Pair(64, length, Grow)), new Linker()));
        Assert.Equal(CallLimit.LiftBudget, limit.Limit);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 256 << 20);
    }

    [Fact]
    public void Handles_are_paid_for_as_well()
    {
        var resource = new HostResource("r");
        var taken = false;
        var linker = new Linker().Add(new HostInterface("test:host/things").Resource(resource)
            .Func(HostFunction.Of("make", new FuncType([], resource.Own), static _ => new object()))
            .Func(HostFunction.Of("take", new FuncType([new("v", new ListType(resource.Borrow))], null), (Call _, WitValue _) => { taken = true; })));
        // The list has one handle fifty thousand times, which is 800 KB of values without what each is.
        Assert.Throws<CallLimitException>(() => Guests.Run(Lending(), linker, new CallOptions { LiftBudgetBytes = 1 << 20 }));
        Assert.False(taken);
        Guests.Run(Lending(), linker, new CallOptions { LiftBudgetBytes = 8 << 20 });
        Assert.True(taken);
    }

    [Fact]
    public void Bytes_within_the_budget_cost_what_they_are()
    {
        var result = Guests.Run(Guests.Running(new FuncType([], new ListType(WitType.U8)), Pair(64, 60 << 20, Grow)), new Linker());
        Assert.Equal(60 << 20, result!.Value.Count);
    }

    [Fact]
    public void The_budget_is_of_values_that_are_there_at_one_time()
    {
        var type = Guests.EchoType(WitType.String);
        using var component = Loading.Compile(Guests.PassingOn(type));
        using var call = new Call(Loading.Engine, new CallOptions { LiftBudgetBytes = 1_000 });
        var template = component.Prepare(new Linker().Add(Guests.Echo(type)));
        Loading.Engine.Run(() =>
        {
            template.New(call).TryFunc("run", out var run);
            for (var i = 0; i < 100; i++)
            {
                run!.Invoke(WitValue.String(new string('a', 200)));
            }
            return 0;
        });
    }

    [Fact]
    public void Realloc_cannot_leave_its_instance()
    {
        var called = false;
        var component = Of(
            TypeSection("02  40 00 01 00  40 01 's' 73 01 00"),
            Section(SectionId.Import, "01  00 'echo' 01 00"),
            Section(SectionId.Canon, "01  01 00 00 00"),
            Section(SectionId.CoreModule,
            [
                .. EmptyModule,
                .. Section(1, "03  60 00 00  60 04 7F7F7F7F 01 7F  60 02 7F7F 00"),
                .. Section(2, "01  'h' 'f' 00 00"),
                .. Section(3, "02 01 02"),
                .. Section(5, "01 00 01"),
                .. Section(7, "03  'mem' 02 00  'realloc' 00 01  'run' 00 02"),
                .. Section(10, "02  06 00 10 00 41 00 0B  02 00 0B"),
            ]),
            Section(SectionId.CoreInstance, "02  01 01 'f' 00 00  00 00 01 'h' 12 00"),
            Section(SectionId.Alias, "03  00 00 01 01 'realloc'  00 00 01 01 'run'  00 02 01 01 'mem'"),
            Section(SectionId.Canon, "01  00 00 02 02 03 00 04 01 01"),
            Section(SectionId.Export, "01  00 'run' 01 01 00"));
        var linker = new Linker().Add(HostFunction.Of("echo", new FuncType([], null), _ => { called = true; }));
        Assert.Equal("cannot leave component instance", Assert.Throws<TrapException>(() => Guests.Run(component, linker, WitValue.String("x"))).Message);
        Assert.False(called);
    }

    [Fact]
    public async Task Guests_are_interrupted_wherever_they_are()
    {
        var type = new FuncType([], WitType.U32);
        var linker = new Linker().Add(HostFunction.Of("echo", type, static _ => 1u));
        // Forever: call the host.
        using var component = Loading.Compile(Guests.PassingOn(type, caller: "00 03 40 10 00 1A 0C 00 0B 41 00 0B"));
        var template = component.Prepare(linker);
        var random = new Random(1);
        for (var i = 0; i < 30; i++)
        {
            using var call = new Call(Loading.Engine);
            var watch = Stopwatch.StartNew();
            var deadline = TimeSpan.FromMilliseconds(random.NextDouble() * 10);
            var trap = await Assert.ThrowsAsync<TrapException>(() => Loading.Engine.RunAsync(
                call.Store, () => template.New(call).TryFunc("run", out var run) ? run.Invoke() : null, deadline, default));
            Assert.Equal(TrapCode.Interrupted, trap.Code);
            Assert.InRange(watch.ElapsedMilliseconds, 0, 60_000);
        }
    }

    [Fact]
    public void No_byte_of_a_call_is_seen_by_the_next()
    {
        // Returns what stands at three places, and writes there.
        string[] places = [I32(1_000), I32(40_000), I32(65_532)];
        var body = "00" + string.Concat(places.Select(place => $"{place}280200")) + "6A6A" + string.Concat(places.Select(place => $"{place}{I32(0x5A5A5A5A)}360200")) + "0B";
        using var component = Loading.Compile(Guests.Running(new FuncType([], WitType.U32), body));
        var template = component.Prepare(new Linker());
        for (var i = 0; i < 300; i++)
        {
            using var call = new Call(Loading.Engine);
            Assert.Equal("0", Loading.Engine.Run(() => template.New(call).TryFunc("run", out var run) ? run.Invoke() : null).ToString());
        }
    }

    [Fact]
    public async Task Calls_side_by_side_see_their_own_values_and_state()
    {
        var type = Guests.EchoType(WitType.String);
        var echo = HostFunction.Of("echo", type, static async (Call call, string text) =>
        {
            await Task.Yield();
            return text + call.State<string>();
        });
        using var component = Loading.Compile(Guests.PassingOn(type));
        using var template = component.Prepare(new Linker().Add(echo));
        await Parallel.ForAsync(0, 500, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
        {
            using var call = new Call(Loading.Engine, new CallOptions { State = $"/{i}" });
            var result = await Loading.Engine.RunAsync(
                call.Store, () => template.New(call).TryFunc("run", out var run) ? run.Invoke(WitValue.String($"{i}")) : null, null, default);
            Assert.Equal($"{i}/{i}", result!.Value.AsString());
        });
    }

    // run() calls take with a list of borrows of what make gave.
    private static byte[] Lending() => Of(
        TypeSection("01  42 08  04 00 'r' 03 01  01 69 00  01 40 00 00 01  04 00 'make' 01 02  01 68 00  01 70 03  01 40 01 'v' 04 01 00  04 00 'take' 01 05"),
        Section(SectionId.Import, "01  00 'test:host/things' 05 00"),
        Section(SectionId.Alias, "02  01 00 00 'make'  01 00 00 'take'"),
        Section(SectionId.CoreModule, Guests.Allocator),
        Section(SectionId.CoreInstance, "01  00 00 00"),
        Section(SectionId.Alias, "01  00 02 01 00 'mem'"),
        Section(SectionId.Canon, "02  01 00 00 00  01 00 01 01 03 00"),
        Section(SectionId.CoreModule,
        [
            .. EmptyModule,
            .. Section(1, "03  60 00 01 7F  60 02 7F7F 00  60 00 00"),
            .. Section(2, "03  'h' 'make' 00 00  'h' 'take' 00 01  'h' 'mem' 02 00 01"),
            .. Section(3, "01 02"),
            .. Section(7, "01  'run' 00 02"),
            .. Section(10,
            [
                1, .. Guests.Body(
                    // grow the memory; h = make()
                    "01 02 7F 41 10 40 00 1A 10 00 21 00"
                    // for i < 50,000: memory[i] = h
                    + "03 40 20 01 41 02 74 20 00 36 02 00 20 01 41 01 6A 22 01 41 D0 86 03 49 0D 00 0B"
                    + "41 00 41 D0 86 03 10 01 0B"),
            ]),
        ]),
        Section(SectionId.CoreInstance, "02  01 03 'make' 00 00 'take' 00 01 'mem' 02 00  00 01 01 'h' 12 01"),
        Section(SectionId.Alias, "01  00 00 01 02 'run'"),
        TypeSection("01  40 00 01 00"),
        Section(SectionId.Canon, "01  00 00 02 00 01"),
        Section(SectionId.Export, "01  00 'run' 01 02 00"));
}
