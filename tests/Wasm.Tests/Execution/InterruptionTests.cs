using Tapedeck.Wasm.Execution;
using Tapedeck.Wasm.Opcodes;
using Tapedeck.Wasm.Tests.Modules;
using Xunit;

namespace Tapedeck.Wasm.Tests.Execution;

public class InterruptionTests
{
    // The engine promises 10 ms of CPU time; a loaded test machine gives it when it likes.
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(30);

    [Theory]
    [EachConfiguration(
        Endless.Loop, Endless.BrTable, Endless.Tree, Endless.IndirectTree, Endless.ReturnCall, Endless.ReturnCallIndirect, Endless.MemoryFill,
        Endless.MemoryCopy, Endless.MemoryInit, Endless.TableFill, Endless.TableCopy, Endless.TableInit)]
    public async Task Endless_code_is_stopped_by_interrupt_deadline_and_cancellation(string configuration, Endless shape)
    {
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(EndlessModule.Of(shape));
        var template = module.Prepare();

        await Stops(engine, template, (store, _) => store.Interrupt(), null);
        await Stops(engine, template, static (_, _) => { }, Deadline);
        await Stops(engine, template, static (_, source) => source.Cancel(), null);

        await ComesBackToZero(engine);
    }

    [Theory]
    [EachConfiguration(true, false)]
    public void Code_without_loops_calls_no_host_function_after_its_interruption(string configuration, bool isTyped)
    {
        var builder = new ModuleBuilder();
        var host = builder.ImportFunction("host", Types.None);
        var code = new Code();
        for (var call = 0; call < 500; call++)
        {
            code.Call(host);
        }
        builder.Function("run", Types.None, code);
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();
        var calls = 0;
        var function = isTyped ? HostFunction.Of(Run) : HostFunction.Of(Types.None, (mine, _, _) => Run(mine));
        var instance = engine.Run(() => module.Prepare().New(store, store.Host(function)));

        var trap = Assert.Throws<TrapException>(() => engine.Run(() => instance.Func("run").Call()));

        Assert.Equal((TrapCode.Interrupted, 3), (trap.Code, calls));

        void Run(Store mine)
        {
            calls++;
            if (calls == 3)
            {
                mine.Interrupt();
            }
        }
    }

    [Theory]
    [InlineData("a loop")]
    [InlineData("a gigabyte that is filled")]
    [InlineData("a host function")]
    [InlineData("a table that is copied")]
    [InlineData("a loop under 20,000 frames")]
    public async Task A_caller_is_answered_within_ten_milliseconds(string what)
    {
        using var engine = Engines.New("tiered");
        using var gate = new ManualResetEventSlim();
        var builder = new ModuleBuilder();
        var host = builder.ImportFunction("host", Types.None);
        builder.Memory("memory", new Limits(16_384, null));
        builder.Table(null, new TableType(ValType.FuncRef, new Limits(1_000_000, null)));
        builder.Function("run", Types.None, new Code().Call(host).Loop((what switch
        {
            "a gigabyte that is filled" => new Code().I32(0).I32(1).I32(1 << 30).Op(Opcode.MemoryFill, 0),
            "a loop under 20,000 frames" => new Code().I32(20_000).Call(2).Op(Opcode.Drop),
            "a table that is copied" => new Code().I32(0).I32(1).I32(999_999).Op(Opcode.TableCopy, 0, 0),
            _ => new Code(),
        }).Op(Opcode.Br, 0)));
        builder.Function(null, Types.I32ToI32, new Code()
            .Get(0).Op(Opcode.I32Eqz).If(new Code().Loop(new Code().Op(Opcode.Br, 0)))
            .Get(0).I32(1).Op(Opcode.I32Sub).Call(2));
        using var module = engine.Compile(builder.Build());
        using var template = module.Prepare();
        var best = TimeSpan.MaxValue;
        // A loaded machine gives CPU time when it likes; one answer in time shows that nothing on the way takes longer.
        for (var round = 0; round < 25 && best > TimeSpan.FromMilliseconds(10); round++)
        {
            using var store = engine.NewStore();
            using var started = new ManualResetEventSlim();
            using var source = new CancellationTokenSource();
            var call = engine.RunAsync(store, () => Start(template, store, () => Begin(started)), null, source.Token);
            Assert.True(started.Wait(Answer));
            Thread.Sleep(5);
            var start = System.Diagnostics.Stopwatch.GetTimestamp();
            await source.CancelAsync();
            await Assert.ThrowsAsync<TrapException>(() => call.WaitAsync(Answer));
            var time = System.Diagnostics.Stopwatch.GetElapsedTime(start);
            best = time < best ? time : best;
        }
        gate.Set();
        await ComesBackToZero(engine);

        Assert.InRange(best, TimeSpan.Zero, TimeSpan.FromMilliseconds(10));

        void Begin(ManualResetEventSlim started)
        {
            started.Set();
            if (what == "a host function")
            {
                gate.Wait();
            }
        }
    }

    [Fact]
    public void Alarms_of_calls_that_are_over_do_not_pile_up()
    {
        using var watchdog = new Watchdog();
        using var engine = new Engine();
        using var store = engine.NewStore();
        using var lasting = watchdog.Schedule(TimeSpan.FromMinutes(15), store, static () => { });
        for (var call = 0; call < 100_000; call++)
        {
            watchdog.Schedule(TimeSpan.FromMinutes(15), store, static () => { }).Dispose();
        }

        Assert.InRange(watchdog.Count, 1, 5_000);
    }

    [Fact]
    public async Task A_call_is_served_while_others_run_without_end()
    {
        using var engine = Engines.New("tiered");
        using var endless = engine.Compile(EndlessModule.Of(Endless.Loop));
        using var source = new CancellationTokenSource();
        var (template, stores) = (endless.Prepare(), Enumerable.Range(0, 8).Select(_ => engine.NewStore()).ToArray());
        using var started = new CountdownEvent(stores.Length);
        var calls = stores.Select(store => engine.RunAsync(store, () => Start(template, store, () => started.Signal()), null, source.Token)).ToArray();
        Assert.True(started.Wait(Answer));

        Assert.Equal(42, await Task.Run(() => engine.Run(() => 42)).WaitAsync(Answer));

        await source.CancelAsync();
        foreach (var call in calls)
        {
            Assert.Equal(TrapCode.Interrupted, (await Assert.ThrowsAsync<TrapException>(() => call.WaitAsync(Answer))).Code);
        }
        await ComesBackToZero(engine);
        Array.ForEach(stores, static store => store.Dispose());
    }

    [Theory]
    [EachConfiguration("deadline", "cancellation")]
    public async Task A_caller_is_answered_while_its_host_function_blocks(string configuration, string by)
    {
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(EndlessModule.Of(Endless.Loop));
        using var gate = new ManualResetEventSlim();
        using var source = new CancellationTokenSource();
        using var store = engine.NewStore();
        var template = module.Prepare();
        using var started = new ManualResetEventSlim();

        var call = engine.RunAsync(store, () => Start(template, store, Block), by == "deadline" ? TimeSpan.FromSeconds(1) : null, source.Token);
        Assert.True(started.Wait(Answer));
        if (by == "cancellation")
        {
            await source.CancelAsync();
        }

        Assert.Equal(TrapCode.Interrupted, (await Assert.ThrowsAsync<TrapException>(() => call.WaitAsync(Answer))).Code);
        Assert.True(store.IsInterrupted);
        Assert.Equal(1, engine.AbandonedCalls);
        Assert.Equal(42, await Task.Run(() => engine.Run(() => 42)).WaitAsync(Answer));
        gate.Set();
        await ComesBackToZero(engine);

        void Block()
        {
            started.Set();
            gate.Wait();
        }
    }

    [Theory]
    [EachConfiguration(
        Opcode.MemoryFill, Opcode.MemoryCopy, Opcode.MemoryInit, Opcode.TableFill, Opcode.TableCopy, Opcode.TableInit, Opcode.TableGrow)]
    internal void A_bulk_operation_of_an_interrupted_store_does_nothing_more(string configuration, Opcode opcode)
    {
        var builder = new ModuleBuilder();
        var interrupt = builder.ImportFunction("interrupt", Types.None);
        builder.Memory("memory", new Limits(16_384, null));
        builder.Table("table", new TableType(ValType.FuncRef, new Limits(100_000, null)));
        builder.PassiveData([1]);
        builder.PassiveElements(interrupt);
        builder.ActiveData(new Code().I32(1), [1]);
        builder.ActiveElements(0, new Code().I32(1), interrupt);
        var code = new Code().Call(interrupt);
        _ = opcode switch
        {
            Opcode.MemoryFill => code.I32(0).I32(1).I32(1 << 30).Op(opcode, 0),
            Opcode.MemoryCopy => code.I32(0).I32(1).I32((1 << 30) - 1).Op(opcode, 0, 0),
            Opcode.MemoryInit => code.I32(0).I32(0).I32(1).Op(opcode, 0, 0),
            Opcode.TableFill => code.I32(0).Op(Opcode.RefFunc, interrupt).I32(100_000).Op(opcode, 0),
            Opcode.TableCopy => code.I32(0).I32(1).I32(99_999).Op(opcode, 0, 0),
            Opcode.TableInit => code.I32(0).I32(0).I32(1).Op(opcode, 0, 0),
            _ => code.Op(Opcode.RefFunc, interrupt).I32(100_000).Op(opcode, 0).Op(Opcode.Drop),
        };
        builder.Function("run", Types.None, code.Op(Opcode.Unreachable));
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();
        var instance = engine.Run(() => module.Prepare().New(store, store.Host(HostFunction.Of(static store => store.Interrupt()))));

        var trap = Assert.Throws<TrapException>(() => engine.Run(() => instance.Func("run").Call()));

        Assert.Equal(TrapCode.Interrupted, trap.Code);
        Assert.Equal(0, instance.Memory("memory").Slice(0, 1)[0]);
        Assert.True(((Table)instance["table"]).Get(0).IsNull);
    }

    [Theory]
    [EachConfiguration]
    public void An_interrupted_store_runs_nothing_any_more(string configuration)
    {
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(EndlessModule.Of(Endless.Loop));
        using var store = engine.NewStore();
        store.Interrupt();

        var trap = Assert.Throws<TrapException>(() => engine.Run(() => Start(module.Prepare(), store, static () => Assert.Fail("the guest ran"))));

        Assert.Equal(TrapCode.Interrupted, trap.Code);
    }

    [Theory]
    [EachConfiguration]
    public void An_interrupt_between_two_calls_stops_the_second_on_whatever_thread(string configuration)
    {
        var builder = new ModuleBuilder();
        // Ends by itself, after the looks for an interrupt that each function and loop takes.
        builder.Function("run", Types.I32ToI32, new Code().Loop(new Code().Get(0).I32(1).Op(Opcode.I32Sub).Op(Opcode.LocalTee, 0).Op(Opcode.BrIf, 0)).Get(0));
        using var engine = new Engine(Engines.All[configuration] with { CallThreads = 2 });
        using var module = engine.Compile(builder.Build());
        using var template = module.Prepare();
        foreach (var isOtherThread in new[] { false, true })
        {
            using var store = engine.NewStore();
            var run = engine.Run(() =>
            {
                var run = template.New(store).Func("run");
                Assert.Equal(0, run.Call(Value.I32(3))[0].AsI32);
                var interrupter = new Thread(store.Interrupt);
                interrupter.Start();
                interrupter.Join();
                if (!isOtherThread)
                {
                    Assert.Equal(TrapCode.Interrupted, Assert.Throws<TrapException>(() => run.Call(Value.I32(3))).Code);
                }
                else
                {
                    var other = Task.Run(() => engine.Run(() => Assert.Throws<TrapException>(() => run.Call(Value.I32(3))).Code));
                    Assert.Equal(TrapCode.Interrupted, other.WaitAsync(Answer).GetAwaiter().GetResult());
                }
                return run;
            });
            Assert.Equal(TrapCode.Interrupted, Assert.Throws<TrapException>(() => engine.Run(() => run.Call(Value.I32(1)))).Code);
        }
    }

    [Fact]
    public async Task A_call_that_ends_in_time_is_neither_interrupted_nor_abandoned()
    {
        using var engine = new Engine();
        using var store = engine.NewStore();

        var result = await engine.RunAsync(store, static () => 42, TimeSpan.MaxValue, CancellationToken.None).WaitAsync(Answer);
        await engine.RunAsync(store, static () => 42, TimeSpan.FromMinutes(5), CancellationToken.None).WaitAsync(Answer);

        Assert.Equal((42, false, 0), (result, store.IsInterrupted, engine.AbandonedCalls));
    }

    [Fact]
    public async Task An_infinite_deadline_is_none_and_a_negative_one_is_refused()
    {
        using var engine = new Engine();
        using var store = engine.NewStore();

        var call = engine.RunAsync(store, static () => Wait(TimeSpan.FromMilliseconds(50)), Timeout.InfiniteTimeSpan, CancellationToken.None);

        Assert.Equal(42, await call.WaitAsync(Answer));
        Assert.False(store.IsInterrupted);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => engine.RunAsync(store, static () => 42, TimeSpan.FromSeconds(-1), CancellationToken.None));

        static int Wait(TimeSpan time)
        {
            Thread.Sleep(time);
            return 42;
        }
    }

    [Fact]
    public async Task A_call_that_is_cancelled_before_it_begins_runs_no_guest_code()
    {
        using var engine = new Engine();
        using var module = engine.Compile(EndlessModule.Of(Endless.Loop));
        using var store = engine.NewStore();

        var call = engine.RunAsync(store, () => Start(module.Prepare(), store, static () => Assert.Fail("the guest ran")), null, new CancellationToken(true));

        Assert.Equal(TrapCode.Interrupted, (await Assert.ThrowsAsync<TrapException>(() => call.WaitAsync(Answer))).Code);
        await ComesBackToZero(engine);
    }

    private static async Task Stops(Engine engine, Template template, Action<Store, CancellationTokenSource> stop, TimeSpan? deadline)
    {
        using var store = engine.NewStore();
        using var source = new CancellationTokenSource();
        using var started = new ManualResetEventSlim();
        var call = engine.RunAsync(store, () => Start(template, store, started.Set), deadline, source.Token);
        if (deadline is null)
        {
            Assert.True(started.Wait(Answer));
        }
        stop(store, source);

        Assert.Equal(TrapCode.Interrupted, (await Assert.ThrowsAsync<TrapException>(() => call.WaitAsync(Answer))).Code);
        Assert.True(store.IsInterrupted);
        await ComesBackToZero(engine);
    }

    private static int Start(Template template, Store store, Action started)
    {
        template.New(store, store.Host(HostFunction.Of(_ => started()))).Func("run").Call();
        return 0;
    }

    private static async Task ComesBackToZero(Engine engine)
    {
        using var source = new CancellationTokenSource(Answer);
        while (engine.AbandonedCalls != 0)
        {
            await Task.Delay(1, source.Token);
        }
    }
}
