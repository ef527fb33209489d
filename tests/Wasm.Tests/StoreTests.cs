using System.Runtime.CompilerServices;
using Tapedeck.Wasm.Opcodes;
using Tapedeck.Wasm.Tests.Execution;
using Tapedeck.Wasm.Tests.Modules;
using Xunit;

namespace Tapedeck.Wasm.Tests;

public class StoreTests
{
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(10);

    [Fact]
    public void Interrupting_a_disposed_store_is_harmless()
    {
        using var engine = new Engine();
        var store = engine.NewStore();
        store.Dispose();
        using var next = engine.NewStore();
        Assert.Equal(store.BlockAddress, next.BlockAddress);

        store.Interrupt();

        Assert.True(store.IsInterrupted);
        Assert.False(next.IsInterrupted);
    }

    [Fact]
    public void A_late_interrupt_never_hits_the_store_that_has_the_block_next()
    {
        using var engine = Engines.New("lazy");
        var builder = new ModuleBuilder();
        builder.Function("run", Types.None, new Code());
        using var module = engine.Compile(builder.Build());
        var template = module.Prepare();
        Store? target = null;
        var isOver = false;
        var interrupter = new Thread(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                Volatile.Read(ref target)?.Interrupt();
            }
        });
        interrupter.Start();
        try
        {
            engine.Run(() =>
            {
                for (var round = 0; round < 20_000; round++)
                {
                    var first = engine.NewStore();
                    Volatile.Write(ref target, first);
                    first.Dispose();
                    using var second = engine.NewStore();
                    // Never shown to the interrupter, so nothing may interrupt it.
                    template.New(second).Func("run").Call();
                    Assert.False(second.IsInterrupted);
                }
                return 0;
            });
        }
        finally
        {
            Volatile.Write(ref isOver, true);
            interrupter.Join();
        }
    }

    [Fact]
    public void A_store_is_not_disposed_while_its_guest_runs()
    {
        using var engine = Engines.New("lazy");
        using var module = engine.Compile(EndlessModule.Of(Endless.Loop));
        using var store = engine.NewStore();
        var isRefused = false;

        engine.Run(() =>
        {
            var instance = module.Prepare().New(store, store.Host(HostFunction.Of(store =>
            {
                Assert.Throws<InvalidOperationException>(store.Dispose);
                isRefused = true;
                store.Interrupt();
            })));
            return Assert.Throws<TrapException>(() => instance.Func("run").Call());
        });

        Assert.True(isRefused);
    }

    [Theory]
    [InlineData("in a host function")]
    [InlineData("between two calls of the guest")]
    public async Task An_abandoned_call_keeps_what_its_store_holds_until_it_is_over(string where)
    {
        using var engine = Engines.New("lazy");
        var builder = new ModuleBuilder();
        builder.Memory("memory", new Limits(1, null));
        builder.Function("run", Types.None, new Code().Call(builder.ImportFunction("block", Types.None)));
        using var module = engine.Compile(builder.Build());
        using var gate = new ManualResetEventSlim();
        using var started = new ManualResetEventSlim();
        var template = module.Prepare();
        var store = engine.NewStore();
        Exception? late = null;
        using var source = new CancellationTokenSource();
        var call = engine.RunAsync(store, Call, null, source.Token);
        Assert.True(started.Wait(Answer));
        await source.CancelAsync();
        await Assert.ThrowsAsync<TrapException>(() => call.WaitAsync(Answer));

        store.Dispose();

        using var next = engine.NewStore();
        var memory = engine.Run(() => template.New(next, next.Host(HostFunction.Of(static _ => { }))).Memory("memory"));
        Assert.Equal(0, engine.Memories.IdleCount);
        gate.Set();
        using var patience = new CancellationTokenSource(Answer);
        while (engine.AbandonedCalls != 0)
        {
            await Task.Delay(1, patience.Token);
        }
        Assert.Equal(0, memory.Slice(0, 1)[0]);
        Assert.Equal(1, engine.Memories.IdleCount);
        Assert.IsType<ObjectDisposedException>(late);

        int Call()
        {
            Memory? mine = null;
            var instance = template.New(store, store.Host(HostFunction.Of(_ => Block(mine!))));
            mine = instance.Memory("memory");
            if (where == "in a host function")
            {
                instance.Func("run").Call();
            }
            else
            {
                Block(mine);
            }
            return 0;
        }

        void Block(Memory mine)
        {
            var bytes = mine.Slice(0, 1);
            started.Set();
            gate.Wait();
            bytes[0] = 1;
            late = Record.Exception(() => mine.Slice(0, 1));
        }
    }

    [Fact]
    public void A_disposed_store_refuses_everything()
    {
        using var engine = Engines.New("lazy");
        var builder = new ModuleBuilder();
        builder.Memory("memory", new Limits(1, null));
        builder.Table("table", new TableType(ValType.FuncRef, new Limits(1, null)));
        builder.Global("global", new GlobalType(ValType.I32, true), new Code().I32(1));
        builder.Function("run", Types.None, new Code());
        using var module = engine.Compile(builder.Build());
        var store = engine.NewStore();
        var instance = engine.Run(() => module.Prepare().New(store));
        var (memory, table, global, run) = (instance.Memory("memory"), (Table)instance["table"], (Global)instance["global"], instance.Func("run"));
        store.Dispose();
        store.Dispose();

        Action[] uses =
        [
            () => memory.Slice(0, 1), () => memory.Grow(0), () => table.Get(0), () => table.Set(0, Value.Null), () => table.Grow(0),
            () => _ = global.Value, () => global.Value = Value.Null, () => engine.Run(() => run.Call()), () => _ = instance["run"],
            () => store.Host(HostFunction.Of(static _ => { })), () => engine.Run(() => module.Prepare().New(store)), () => _ = memory.Pages,
            () => _ = memory.Type, () => _ = table.Size, () => _ = table.Type, () => _ = memory.Length,
            () => _ = new Memory(store, new MemoryType(new Limits(1, null))), () => _ = new Table(store, new TableType(ValType.FuncRef, new Limits(1, null)), Value.Null),
            () => _ = store.FuncOf(Value.Null), () => _ = store.ObjectOf(Value.Null), () => _ = store.ExternRef(null), () => _ = store.TakeSnapshot(out var _),
            () => _ = new Global(store, new GlobalType(ValType.I32, true), Value.Null),
        ];
        Assert.Empty(uses.Select(static (use, index) => (index, Record.Exception(use))).Where(static use => use.Item2 is not ObjectDisposedException));
    }

    [Theory]
    [EachConfiguration]
    public void A_call_into_another_store_leaves_the_frames_of_the_first_alone(string configuration)
    {
        using var engine = Engines.New(configuration);
        var builder = new ModuleBuilder();
        var host = builder.ImportFunction("host", Types.I32);
        // Split functions keep their locals on the side stack of the thread: 40 of them, written before the call and added up behind it.
        var code = new Code();
        for (var local = 1; local <= 40; local++)
        {
            code.Get(0).I32(local).Op(Opcode.I32Mul).Set(local);
        }
        var sum = new Code().Block(new Code().Get(0).I32(1).Op(Opcode.I32Sub).Call(host));
        for (var local = 1; local <= 40; local++)
        {
            sum.Block(new Code().Get(0).Get(local).Op(Opcode.I32Add).Set(0));
        }
        builder.Function("run", Types.I32ToI32, code.Append(sum).Get(0), (40, ValType.I32));
        using var module = engine.Compile(builder.Build());
        var template = module.Prepare();
        using var first = engine.NewStore();
        using var second = engine.NewStore();

        var sums = engine.Run(() =>
        {
            var results = new List<int>();
            Instance? one = null;
            Instance? two = null;
            two = template.New(second, second.Host(HostFunction.Of((Store _, int depth) => Next(one!, depth))));
            one = template.New(first, first.Host(HostFunction.Of((Store _, int depth) => Next(two, depth))));
            Next(one, 4);
            return results;

            void Next(Instance instance, int depth)
            {
                if (depth > 0)
                {
                    results.Add(instance.Func("run").Call(Value.I32(depth))[0].AsI32);
                }
            }
        });

        Assert.Equal([821, 1_642, 2_463, 3_284], sums);
    }

    [Fact]
    public void A_store_that_nobody_disposes_is_given_back()
    {
        using var engine = Engines.New("lazy");
        var builder = new ModuleBuilder();
        builder.Memory("memory", new Limits(100, null));
        builder.Table(null, new TableType(ValType.FuncRef, new Limits(100, null)));
        builder.ActiveData(new Code().I32(0), [.. Enumerable.Repeat((byte)1, 1_000_000)]);
        using var module = engine.Compile(builder.Build());
        using var template = module.Prepare();
        var lost = Lose(engine, template);
        // A collection that came in between has already begun with them.
        Assert.True(engine.Memories.Count is > 0 and <= 20 && engine.Tables.Count <= 20);

        for (var round = 0; round < 5 && engine.Memories.Count > 0; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal((0, 0), (engine.Memories.Count, engine.Tables.Count));
        Assert.Empty(lost.Where(static store => store.IsAlive));
        // And the pools are as good as new.
        using var next = engine.NewStore();
        Assert.Equal(1_000_000, engine.Run(() => template.New(next)).Memory("memory").Slice(0, 2_000_000).Count((byte)1));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] Lose(Engine engine, Template template) => [.. Enumerable.Range(0, 20).Select(number =>
    {
        var store = engine.NewStore();
        _ = store.Host(HostFunction.Of(static _ => { }));
        engine.Run(() => template.New(store).Memory("memory").Slice(0, 1)[0]);
        return new WeakReference(store);
    })];

    [Theory]
    [EachConfiguration]
    public void Interrupt_stack_and_accounts_are_of_the_store_and_not_of_one_instance(string configuration)
    {
        const int instances = 11;
        var builder = new ModuleBuilder();
        var next = builder.ImportFunction("next", Types.I32);
        builder.Memory(null, new Limits(2, null));
        builder.Table(null, new TableType(ValType.FuncRef, new Limits(5, null)));
        // Calls the instance before it for ever, or until the first one ends the round.
        builder.Function("loop", Types.I32, new Code().Loop(new Code().Get(0).Call(next).Op(Opcode.Br, 0)));
        builder.Function("deep", Types.I32, new Code().Get(0).Call(next));
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        using var template = module.Prepare();
        using var store = engine.NewStore();
        var rounds = 0;

        engine.Run(() =>
        {
            Instance? last = null;
            var chain = new List<Instance>();
            for (var index = 0; index < instances; index++)
            {
                chain.Add(last = template.New(store, index == 0 ? store.Host(HostFunction.Of((Store _, int what) => Host(chain, what))) : chain[^1].Func("deep")));
            }
            Assert.Equal((instances * 2L * Memory.PageBytes, instances * 5L), (store.MemoryBytes, store.TableElements));

            // A circle through all instances and the host uses up one stack.
            Assert.Equal(TrapCode.CallStackExhausted, Assert.Throws<TrapException>(() => last!.Func("deep").Call(Value.I32(0))).Code);
            // The first instance's host function interrupts: the last instance's loop ends.
            Assert.Equal(TrapCode.Interrupted, Assert.Throws<TrapException>(() => last!.Func("loop").Call(Value.I32(1))).Code);
            return 0;
        });

        Assert.Equal(3, rounds);

        void Host(List<Instance> chain, int what)
        {
            if (what == 0)
            {
                chain[^1].Func("deep").Call(Value.I32(0));
            }
            else if (++rounds == 3)
            {
                store.Interrupt();
            }
        }
    }

    [Fact]
    public async Task A_store_takes_one_call_at_a_time()
    {
        using var engine = new Engine();
        using var store = engine.NewStore();
        using var gate = new ManualResetEventSlim();
        var first = engine.RunAsync(store, () => gate.Wait(Answer), null, CancellationToken.None);

        await Assert.ThrowsAsync<InvalidOperationException>(() => engine.RunAsync(store, static () => true, null, CancellationToken.None));

        gate.Set();
        Assert.True(await first.WaitAsync(Answer));
        Assert.True(await engine.RunAsync(store, static () => true, null, CancellationToken.None).WaitAsync(Answer));
    }

    [Fact]
    public async Task A_store_whose_call_ends_as_it_is_disposed_is_given_back_once()
    {
        using var engine = new Engine();
        using var barrier = new Barrier(2);
        var stores = new Store[20_000];
        var disposals = new int[stores.Length];
        for (var index = 0; index < stores.Length; index++)
        {
            var mine = index;
            stores[index] = engine.NewStore();
            stores[index].Own(new Disposal(() => disposals[mine]++));
            stores[index].BeginCall();
        }

        var ending = Task.Run(() => Each(static store => store.EndCall()));
        Each(static store => store.Dispose());
        await ending;

        Assert.All(disposals, static count => Assert.Equal(1, count));

        void Each(Action<Store> act)
        {
            foreach (var store in stores)
            {
                barrier.SignalAndWait();
                act(store);
            }
        }
    }

    public static TheoryData<long> ForeignReferences => [1L << 32, (7L << 32) | 1, -1, int.MaxValue, (long)int.MaxValue << 32 | 2, 0x8000_0000, long.MinValue];

    [Theory]
    [MemberData(nameof(ForeignReferences))]
    public void A_reference_that_is_not_of_the_store_is_refused_and_leads_nowhere(long reference)
    {
        using var engine = Engines.New("tiered");
        var builder = new ModuleBuilder();
        builder.ImportFunction("host", Types.None);
        builder.Table("table", new TableType(ValType.FuncRef, new Limits(1, null)));
        builder.Function("set", new FuncType([ValType.FuncRef], []), new Code().I32(0).Get(0).Op(Opcode.TableSet, 0));
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();
        var instance = engine.Run(() => module.Prepare().New(store, store.Host(HostFunction.Of(static _ => { }))));
        var foreign = Value.I64(reference);

        Assert.Throws<ArgumentException>(() => store.FuncOf(foreign));
        Assert.Throws<ArgumentException>(() => ((Table)instance["table"]).Set(0, foreign));
        Assert.Throws<ArgumentException>(() => engine.Run(() => instance.Func("set").Call(foreign)));
        Assert.True(((Table)instance["table"]).Get(0).IsNull);
    }

    [Fact]
    public void References_name_objects_and_functions_of_their_store()
    {
        using var engine = new Engine();
        using var store = engine.NewStore();
        using var other = engine.NewStore();
        var target = new object();
        var func = store.Host(HostFunction.Of(static _ => { }));

        Assert.Same(target, store.ObjectOf(store.ExternRef(target)));
        Assert.Null(store.ObjectOf(store.ExternRef(null)));
        Assert.Same(func, store.FuncOf(store.FuncRef(func)));
        Assert.Null(store.FuncOf(store.FuncRef(null)));
        Assert.Throws<ArgumentException>(() => other.FuncRef(func));
    }

    private sealed class Disposal(Action act) : IDisposable
    {
        public void Dispose() => act();
    }
}
