using Tapedeck.Wasm.Opcodes;
using Tapedeck.Wasm.Tests.Modules;
using Xunit;

namespace Tapedeck.Wasm.Tests;

public class StoreLimitsTests
{
    private static readonly TableType FiveElements = new(ValType.FuncRef, new Limits(5, null));

    [Theory]
    [InlineData(3, true)]
    [InlineData(2, false)]
    public void Memories_that_start_beyond_the_limit_are_refused(int pages, bool isAllowed)
    {
        var builder = new ModuleBuilder();
        builder.Memory(null, new Limits(1, null));
        builder.Memory(null, new Limits(2, null));

        AssertLimit(builder, new StoreLimits { MemoryBytes = pages * (long)Memory.PageBytes }, isAllowed);
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(9, false)]
    public void Tables_that_start_beyond_the_limit_are_refused(int elements, bool isAllowed)
    {
        var builder = new ModuleBuilder();
        builder.Table(null, FiveElements);
        builder.Table(null, FiveElements);

        AssertLimit(builder, new StoreLimits { TableElements = elements }, isAllowed);
    }

    [Theory]
    [InlineData(3, 2, true)]
    [InlineData(2, 2, false)]
    [InlineData(3, 1, false)]
    public void More_memories_or_tables_than_the_limits_are_refused_whatever_their_size(int memories, int tables, bool isAllowed)
    {
        var builder = new ModuleBuilder();
        for (var number = 0; number < 3; number++)
        {
            builder.Memory(null, new Limits(0, null));
        }
        builder.Table(null, new TableType(ValType.FuncRef, new Limits(0, null)));
        builder.Table(null, new TableType(ValType.ExternRef, new Limits(0, null)));

        AssertLimit(builder, new StoreLimits { Memories = memories, Tables = tables }, isAllowed);
    }

    [Fact]
    public async Task All_stores_together_stay_within_the_limit_of_the_engine()
    {
        var builder = new ModuleBuilder();
        builder.Memory("memory", new Limits(2, null));
        builder.Table("table", new TableType(ValType.FuncRef, new Limits(1_000, null)));
        builder.Function("grow", Types.I32ToI32, new Code().Get(0).Op(Opcode.MemoryGrow, 0));
        builder.Function("grow table", Types.I32ToI32, new Code().Null(ValType.FuncRef).Get(0).Op(Opcode.TableGrow, 0));
        const long instance = (2 * Memory.PageBytes) + 24_000;
        using var engine = new Engine(new EngineOptions { BackEnd = BackEnd.Lazy, MemoryBytes = (2 * instance) + (3 * Memory.PageBytes) });
        using var module = engine.Compile(builder.Build());
        using var template = module.Prepare();
        using var gate = new ManualResetEventSlim();
        var first = engine.NewStore();
        using var second = engine.NewStore();
        using var source = new CancellationTokenSource();

        var one = engine.Run(() => template.New(first));
        var two = engine.Run(() => template.New(second));
        Assert.Equal(2 * instance, engine.MemoryBytes);
        Assert.Equal(2, Grow(one, "grow", 3));
        Assert.Equal(-1, Grow(two, "grow", 1));
        Assert.Equal(-1, Grow(two, "grow table", 1));
        using (var third = engine.NewStore())
        {
            Assert.Contains("or the engine's", Assert.Throws<LimitException>(() => engine.Run(() => template.New(third))).Message);
        }
        Assert.Equal(engine.Options.MemoryBytes, engine.MemoryBytes);

        // What an abandoned call holds is held until it is over.
        var blocked = engine.RunAsync(first, () => gate.Wait(TimeSpan.FromSeconds(20)), null, source.Token);
        await source.CancelAsync();
        await Record.ExceptionAsync(() => blocked);
        first.Dispose();
        if (engine.AbandonedCalls > 0)
        {
            Assert.Equal(-1, Grow(two, "grow", 1));
        }
        gate.Set();
        Assert.True(SpinWait.SpinUntil(() => engine.MemoryBytes == instance, TimeSpan.FromSeconds(20)));
        Assert.Equal(2, Grow(two, "grow", 5));
        second.Dispose();
        Assert.Equal(0, engine.MemoryBytes);

        int Grow(Instance instance, string function, int by) => engine.Run(() => instance.Func(function).Call(Value.I32(by)))[0].AsI32;
    }

    [Fact]
    public void Instances_beyond_the_limit_are_refused()
    {
        using var engine = Engines.New("lazy");
        using var module = engine.Compile(new ModuleBuilder().Build());
        using var store = engine.NewStore(new StoreLimits { Instances = 2 });
        var template = module.Prepare();
        engine.Run(() => template.New(store));
        engine.Run(() => template.New(store));

        Assert.Throws<LimitException>(() => engine.Run(() => template.New(store)));
    }

    [Fact]
    public void References_beyond_the_limit_are_refused()
    {
        using var engine = new Engine();
        using var store = engine.NewStore(new StoreLimits { References = 2 });
        store.ExternRef(this);
        store.ExternRef(this);

        Assert.Throws<LimitException>(() => store.ExternRef(this));
        Assert.True(store.ExternRef(null).IsNull);
    }

    [Theory]
    [EachConfiguration]
    public void A_guest_grows_memory_up_to_the_limit_of_all_memories(string configuration)
    {
        var builder = new ModuleBuilder();
        builder.Memory("first", new Limits(1, null));
        builder.Memory("second", new Limits(1, 2));
        builder.Function("grow first", Types.I32ToI32, new Code().Get(0).Op(Opcode.MemoryGrow, 0));
        builder.Function("grow second", Types.I32ToI32, new Code().Get(0).Op(Opcode.MemoryGrow, 1));
        builder.Function("store", Types.I32, new Code().Get(0).I32(1).Op(Opcode.I32Store8, 0, 0));
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore(new StoreLimits { MemoryBytes = 10L * Memory.PageBytes });
        var instance = engine.Run(() => module.Prepare().New(store));

        Assert.Equal(-1, Call("grow first", 9));
        Assert.Equal(1, Call("grow first", 7));
        Assert.Equal(8, Call("grow first", 0));
        Assert.Equal(-1, Call("grow first", -1));
        Assert.Equal(-1, Call("grow second", 2));
        Assert.Equal(1, Call("grow second", 1));
        Assert.Equal(-1, Call("grow first", 1));
        Assert.Equal(10L * Memory.PageBytes, store.MemoryBytes);
        Call("store", (8 << 16) - 1);
        Assert.Equal(TrapCode.OutOfBoundsMemoryAccess, Assert.Throws<TrapException>(() => Call("store", 8 << 16)).Code);

        int Call(string function, int argument) =>
            engine.Run(() => instance.Func(function).Call(Value.I32(argument))) is [var result] ? result.AsI32 : 0;
    }

    [Fact]
    public void A_memory_of_the_host_grows_within_its_bounds()
    {
        using var engine = new Engine();
        using var store = engine.NewStore(new StoreLimits { MemoryBytes = 3L * Memory.PageBytes });
        var bounded = new Memory(store, new MemoryType(new Limits(1, 2)));

        Assert.Equal(-1, bounded.Grow(2));
        Assert.Equal(1, bounded.Grow(1));
        Assert.Equal(2, bounded.Grow(0));
        Assert.Equal(-1, bounded.Grow(uint.MaxValue));
        Assert.Equal((2u, 131_072L, new MemoryType(new Limits(2, 2))), (bounded.Pages, bounded.Length, bounded.Type.Memory));
        Assert.Equal(131_072, bounded.Slice(0, 131_072).Length);
        Assert.Equal(0, bounded.Slice(131_072, 0).Length);
        Assert.Throws<TrapException>(() => bounded.Slice(1, 131_072).Length);
        Assert.Throws<TrapException>(() => bounded.Slice(uint.MaxValue, 1).Length);
        Assert.Throws<TrapException>(() => bounded.Slice(0, -1).Length);
        Assert.Throws<LimitException>(() => new Memory(store, new MemoryType(new Limits(2, null))));
        Assert.Equal(1, new Memory(store, new MemoryType(new Limits(1, null))).Grow(0));
        Assert.Equal(3L * Memory.PageBytes, store.MemoryBytes);
    }

    [Fact]
    public void A_memory_grows_to_4_GiB_and_no_further()
    {
        using var engine = new Engine();
        using var store = engine.NewStore(new StoreLimits { MemoryBytes = long.MaxValue });
        var memory = new Memory(store, new MemoryType(new Limits(0, null)));

        Assert.Equal(0, memory.Grow(65_536));
        Assert.Equal(-1, memory.Grow(1));
        memory.Slice(uint.MaxValue, 1)[0] = 1;
        Assert.Throws<TrapException>(() => memory.Slice(uint.MaxValue, 2).Length);
    }

    [Fact]
    public void Tables_grow_up_to_the_limit_of_all_tables()
    {
        using var engine = new Engine();
        using var store = engine.NewStore(new StoreLimits { TableElements = 10 });
        var table = new Table(store, FiveElements, Value.Null);

        Assert.Equal(-1, table.Grow(6));
        Assert.Equal(5, table.Grow(5));
        Assert.Equal(10, store.TableElements);
        Assert.Throws<LimitException>(() => new Table(store, new TableType(ValType.ExternRef, new Limits(1, null)), Value.Null));
    }

    [Fact]
    public void A_table_beyond_what_any_may_have_is_refused_whatever_the_store_allows()
    {
        using var engine = new Engine();
        using var store = engine.NewStore(new StoreLimits { TableElements = long.MaxValue });

        Assert.Throws<LimitException>(() => new Table(store, new TableType(ValType.FuncRef, new Limits(uint.MaxValue, null)), Value.Null));
        Assert.Equal(-1, new Table(store, FiveElements, Value.Null).Grow(Table.MostElements));
    }

    private static void AssertLimit(ModuleBuilder builder, StoreLimits limits, bool isAllowed)
    {
        using var engine = Engines.New("lazy");
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore(limits);

        var refusal = Record.Exception(() => engine.Run(() => module.Prepare().New(store)));

        Assert.Equal(isAllowed ? null : typeof(LimitException), refusal?.GetType());
    }
}
