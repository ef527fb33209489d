using Tapedeck.Wasm.Execution;
using Tapedeck.Wasm.Opcodes;
using Tapedeck.Wasm.Tests.Modules;
using Xunit;

namespace Tapedeck.Wasm.Tests;

/// <summary>What start-up made is there in every instance of a snapshot, and nothing of it is done again.</summary>
public class SnapshotTests
{
    private static readonly GlobalType Counter = new(ValType.I32, true);
    private static readonly GlobalType Function = new(ValType.FuncRef, true);

    [Theory]
    [EachConfiguration]
    public void Instances_of_a_snapshot_are_as_instances_after_their_start_up(string configuration)
    {
        using var engine = Engines.New(configuration);
        using var graph = new Graph(engine);
        using var first = engine.NewStore();
        var expected = engine.Run(() => See(graph.Start(first)));
        using var second = engine.NewStore();
        engine.Run(() => graph.Start(second));
        using var snapshot = second.TakeSnapshot(out var refusal);
        Assert.Equal(SnapshotRefusal.None, refusal);
        Assert.Equal(4, snapshot!.Count);

        for (var round = 0; round < 3; round++)
        {
            using var store = engine.NewStore();
            var seen = engine.Run(() =>
            {
                var instances = graph.From(snapshot, store);
                var seen = See(instances);
                Soil(instances);
                return seen;
            });
            Assert.Equal(expected, seen);
        }
        // The store it was taken from is not touched by what became of the others.
        Assert.Equal(expected, engine.Run(() => See(graph.Of(second))));
    }

    [Fact]
    public void A_snapshot_serves_instances_of_another_back_end_than_it_was_taken_from()
    {
        using var engine = new Engine(new EngineOptions { BackEnd = BackEnd.Automatic });
        using var graph = new Graph(engine);
        using var store = engine.NewStore();
        engine.Run(() => graph.Start(store));
        using var snapshot = store.TakeSnapshot(out _);
        graph.Translate();

        using var next = engine.NewStore();
        var made = engine.Run(() => graph.From(snapshot!, next));

        Assert.NotSame(store.Instances[0].Code, next.Instances[0].Code);
        Assert.Equal(engine.Run(() => See(graph.Of(store))), engine.Run(() => See(made)));
    }

    [Fact]
    public void An_instance_of_a_snapshot_costs_no_start_up()
    {
        var builder = new ModuleBuilder();
        builder.Memory("memory", new Limits(1, null));
        // Counts to a hundred million.
        builder.Start(builder.Function(null, Types.None, new Code()
            .Loop(new Code().Get(0).I32(1).Op(Opcode.I32Add).Op(Opcode.LocalTee, 0).I32(100_000_000).Op(Opcode.I32LtU).Op(Opcode.BrIf, 0))
            .I32(0).I32(42).Op(Opcode.I32Store, 2, 0), (1, ValType.I32)));
        using var engine = Engines.New("collectible");
        using var module = engine.Compile(builder.Build());
        using var started = engine.NewStore();
        module.Translate();
        var (_, startUp) = engine.Run(() => Time(() => module.Prepare().New(started)));
        using var snapshot = started.TakeSnapshot(out _);

        using var store = engine.NewStore();
        var (instance, time) = engine.Run(() => Time(() => snapshot!.New(store)));

        Assert.Equal(42, instance.Memory("memory").Slice(0, 1)[0]);
        Assert.True(time < startUp / 4, $"{time} against {startUp}");

        static (Instance Instance, TimeSpan Time) Time(Func<Instance> make)
        {
            var start = ThreadTime.Now;
            var instance = make();
            return (instance, ThreadTime.Now - start);
        }
    }

    [Theory]
    [InlineData("a call of the host", SnapshotRefusal.HostWasCalled)]
    [InlineData("a typed call of the host", SnapshotRefusal.HostWasCalled)]
    [InlineData("nothing", SnapshotRefusal.NoInstance)]
    [InlineData("an interrupt", SnapshotRefusal.NotAtRest)]
    [InlineData("an instance that was refused", SnapshotRefusal.NotAtRest)]
    [InlineData("a start function that trapped", SnapshotRefusal.NotAtRest)]
    [InlineData("a host object in a table", SnapshotRefusal.HostObject)]
    [InlineData("a host object in a global", SnapshotRefusal.HostObject)]
    [InlineData("a memory of the host", SnapshotRefusal.HostState)]
    [InlineData("a table of the host", SnapshotRefusal.HostState)]
    [InlineData("a global of the host", SnapshotRefusal.HostState)]
    [InlineData("a function that the host put into a table", SnapshotRefusal.HostState)]
    [InlineData("a function that the host put into a global", SnapshotRefusal.HostState)]
    public void A_store_that_could_not_be_made_again_is_refused(string what, SnapshotRefusal reason)
    {
        using var engine = Engines.New("lazy");
        using var store = engine.NewStore();
        engine.Run(() => Spoil(engine, store, what));
        var memories = engine.Memories.Count;

        Assert.Null(store.TakeSnapshot(out var refusal));
        Assert.Equal(reason, refusal);
        Assert.Equal(memories, engine.Memories.Count);
    }

    [Theory]
    [InlineData("memory", 100, SnapshotRefusal.LimitReached)]
    [InlineData("memory", 1, SnapshotRefusal.None)]
    // By its own type it cannot, in any store.
    [InlineData("memory", 1_000, SnapshotRefusal.None)]
    [InlineData("table", 100, SnapshotRefusal.LimitReached)]
    [InlineData("table", 1, SnapshotRefusal.None)]
    [InlineData("table", 1_000, SnapshotRefusal.None)]
    public void A_start_up_that_had_to_do_with_less_is_not_for_others(string what, int by, SnapshotRefusal reason)
    {
        var builder = new ModuleBuilder();
        builder.Memory(null, new Limits(1, 200));
        builder.Table(null, new TableType(ValType.FuncRef, new Limits(1, 200)));
        builder.Global("grown", Counter, new Code().I32(0));
        var grow = what == "memory" ? new Code().I32(by).Op(Opcode.MemoryGrow, 0) : new Code().Null(ValType.FuncRef).I32(by).Op(Opcode.TableGrow, 0);
        builder.Start(builder.Function(null, Types.None, grow.Op(Opcode.GlobalSet, 0)));
        using var engine = Engines.New("lazy");
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore(new StoreLimits { MemoryBytes = 50 * Memory.PageBytes, TableElements = 50 });
        var grown = engine.Run(() => ((Global)module.Prepare().New(store)["grown"]).Value.AsI32);
        Assert.Equal(by == 1 ? 1 : -1, grown);

        using var snapshot = store.TakeSnapshot(out var refusal);
        Assert.Equal(reason, refusal);
        Assert.Equal(reason == SnapshotRefusal.None, snapshot is not null);
    }

    [Theory]
    [InlineData(64, SnapshotRefusal.None)]
    [InlineData(65, SnapshotRefusal.TooLarge)]
    public void A_start_up_that_fills_more_than_a_snapshot_may_keep_is_not_kept(int mebibytes, SnapshotRefusal reason)
    {
        var builder = new ModuleBuilder();
        builder.Memory(null, new Limits(2_000, null));
        builder.Start(builder.Function(null, Types.None, new Code().I32(0).I32(1).I32(mebibytes << 20).Op(Opcode.MemoryFill, 0)));
        using var engine = Engines.New("lazy");
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();
        engine.Run(() => module.Prepare().New(store));

        using var snapshot = store.TakeSnapshot(out var refusal);
        Assert.Equal(reason, refusal);
    }

    [Fact]
    public void A_running_store_is_refused()
    {
        var builder = new ModuleBuilder();
        builder.Function("run", Types.None, new Code().Call(builder.ImportFunction("host", Types.None)));
        using var engine = Engines.New("lazy");
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();
        var refusal = SnapshotRefusal.None;

        engine.Run(() => module.Prepare().New(store, store.Host(HostFunction.Of(store => store.TakeSnapshot(out refusal)?.Dispose()))).Func("run").Call());

        Assert.Equal(SnapshotRefusal.NotAtRest, refusal);
    }

    [Theory]
    [InlineData("too many instances")]
    [InlineData("an instance in between")]
    [InlineData("another function")]
    [InlineData("host functions in another order")]
    [InlineData("another memory")]
    [InlineData("a memory of the host")]
    public void A_store_that_is_made_otherwise_is_refused(string how)
    {
        using var engine = Engines.New("lazy");
        using var graph = new Graph(engine);
        using var started = engine.NewStore();
        engine.Run(() => graph.Start(started));
        using var snapshot = started.TakeSnapshot(out _);
        using var store = engine.NewStore();

        Assert.Throws<LinkException>(() => engine.Run(() => graph.Wrongly(snapshot!, store, how)));
    }

    [Fact]
    public void A_snapshot_is_charged_to_the_store()
    {
        using var engine = Engines.New("lazy");
        using var graph = new Graph(engine);
        using var started = engine.NewStore();
        engine.Run(() => graph.Start(started));
        using var snapshot = started.TakeSnapshot(out _);

        using var exact = engine.NewStore(new StoreLimits { MemoryBytes = started.MemoryBytes, TableElements = started.TableElements, Instances = 4 });
        Assert.NotNull(engine.Run(() => graph.From(snapshot!, exact)));
        using var tight = engine.NewStore(new StoreLimits { MemoryBytes = started.MemoryBytes - 1 });
        Assert.Throws<LimitException>(() => engine.Run(() => graph.From(snapshot!, tight)));
        using var few = engine.NewStore(new StoreLimits { TableElements = started.TableElements - 1 });
        Assert.Throws<LimitException>(() => engine.Run(() => graph.From(snapshot!, few)));
    }

    [Fact]
    public void A_disposed_snapshot_makes_no_instance_and_leaves_those_there_are()
    {
        using var engine = Engines.New("lazy");
        using var graph = new Graph(engine);
        using var started = engine.NewStore();
        engine.Run(() => graph.Start(started));
        var snapshot = started.TakeSnapshot(out _)!;
        using var store = engine.NewStore();
        var made = engine.Run(() => graph.From(snapshot, store));
        var expected = engine.Run(() => See(graph.Of(started)));

        snapshot.Dispose();
        snapshot.Dispose();

        Assert.Equal(expected, engine.Run(() => See(made)));
        using var late = engine.NewStore();
        Assert.Throws<ObjectDisposedException>(() => engine.Run(() => graph.From(snapshot, late)));
    }

    private static int Spoil(Engine engine, Store store, string what)
    {
        if (what == "nothing")
        {
            return 0;
        }
        var builder = new ModuleBuilder();
        var imports = Import(builder, store, what);
        builder.Memory(null, new Limits(what == "an instance that was refused" ? 65_536u : 1, null));
        builder.Memory(null, new Limits(what == "an instance that was refused" ? 65_536u : 1, null));
        builder.Table("objects", new TableType(ValType.ExternRef, new Limits(1, null)));
        builder.Table("functions", new TableType(ValType.FuncRef, new Limits(1, null)));
        builder.Global("object", new GlobalType(ValType.ExternRef, true), new Code().Null(ValType.ExternRef));
        builder.Global("function", Function, new Code().Null(ValType.FuncRef));
        if (what == "a start function that trapped")
        {
            builder.Start(builder.Function(null, Types.None, new Code().Op(Opcode.Unreachable)));
        }
        var template = engine.Compile(builder.Build()).Prepare();
        switch (what)
        {
            case "an instance that was refused":
                Assert.Throws<LimitException>(() => template.New(store));
                break;
            case "a start function that trapped":
                Assert.Throws<TrapException>(() => template.New(store));
                break;
            default:
                Spoil(template.New(store, imports), what);
                break;
        }
        return 0;
    }

    private static Extern[] Import(ModuleBuilder builder, Store store, string what)
    {
        switch (what)
        {
            case "a call of the host":
                builder.Start(builder.ImportFunction("host", Types.None));
                return [store.Host(HostFunction.Of(Types.None, static (_, _, _) => { }))];
            case "a typed call of the host":
                builder.Start(builder.ImportFunction("host", Types.None));
                return [store.Host(HostFunction.Of(static _ => { }))];
            case "a memory of the host":
                builder.ImportMemory("memory", new Limits(1, null));
                return [new Memory(store, new MemoryType(new Limits(1, null)))];
            case "a table of the host":
                builder.ImportTable("table", new TableType(ValType.FuncRef, new Limits(1, null)));
                return [new Table(store, new TableType(ValType.FuncRef, new Limits(1, null)), Value.Null)];
            case "a global of the host":
                builder.ImportGlobal("global", Counter);
                return [new Global(store, Counter, Value.I32(1))];
            default:
                return [];
        }
    }

    private static void Spoil(Instance instance, string what)
    {
        var store = instance.Store;
        switch (what)
        {
            case "an interrupt":
                store.Interrupt();
                break;
            case "a host object in a table":
                ((Table)instance["objects"]).Set(0, store.ExternRef("object"));
                break;
            case "a host object in a global":
                ((Global)instance["object"]).Value = store.ExternRef("object");
                break;
            case "a function that the host put into a table":
                ((Table)instance["functions"]).Set(0, store.FuncRef(store.Host(HostFunction.Of(static _ => { }))));
                break;
            case "a function that the host put into a global":
                ((Global)instance["function"]).Value = store.FuncRef(store.Host(HostFunction.Of(static _ => { })));
                break;
            default:
                break;
        }
    }

    // As much dirt as host and guest can leave.
    private static void Soil(Instance[] graph)
    {
        var (shim, main) = (graph[0], graph[1]);
        var memory = main.Memory("memory");
        memory.Grow(2);
        memory.Slice(0, (int)memory.Length).Fill(0xAA);
        ((Global)main["counter"]).Value = Value.I32(-1);
        ((Global)main["function"]).Value = Value.Null;
        foreach (var table in new[] { (Table)main["table"], (Table)shim["table"] })
        {
            table.Grow(50);
            for (var index = 0u; index < table.Size; index++)
            {
                table.Set(index, main.Store.FuncRef(main.Func("init")));
            }
        }
    }

    // Everything that can be read of the graph.
    private static string See(Instance[] graph)
    {
        var (shim, main, adapter) = (graph[0], graph[1], graph[3]);
        var memory = main.Memory("memory");
        var table = (Table)main["table"];
        var seen = new List<string>
        {
            $"{memory.Pages} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(memory.Slice(0, (int)memory.Length)))}",
            string.Join(' ', Enumerable.Range(0, (int)table.Size).Select(index => table.Get((uint)index).AsI64)),
            $"{((Table)shim["table"]).Get(0).AsI64} {((Table)shim["table"]).Get(1).AsI64}",
            $"{((Global)main["counter"]).Value.AsI32} {((Global)main["function"]).Value.AsI64} {((Global)adapter["again"]).Value.AsI32}",
            $"{main.Func("ask").Call()[0].AsI32}",
            string.Join(' ', Enumerable.Range(0, 4).Select(index => Outcome(() => main.Func("call").Call(Value.I32(index))[0].AsI32))),
            Outcome(() => main.Func("init").Call().Length),
            Outcome(() => main.Func("gone").Call().Length),
        };
        if (main.Store.HostCalls < 10)
        {
            return string.Join('\n', seen);
        }
        throw new InvalidOperationException("the host was called too often");
    }

    private static string Outcome(Func<int> call)
    {
        try
        {
            return call().ToString();
        }
        catch (TrapException trap)
        {
            return trap.Message;
        }
    }

    /// <summary>A component as wit-component makes them: a shim with a table, the main module, the module that fills the shim's table, an adapter that shares the memory.</summary>
    private sealed class Graph : IDisposable
    {
        private static readonly HostFunction Answer = HostFunction.Of(static _ => 99);
        private static readonly HostFunction Other = HostFunction.Of(static _ => 77);
        private readonly Module[] _modules;
        private readonly Template[] _templates;

        internal Graph(Engine engine)
        {
            _modules = Array.ConvertAll([Shim(), Guest(), Fixup(), Adapter()], bytes => engine.Compile(bytes));
            _templates = Array.ConvertAll(_modules, static module => module.Prepare());
        }

        internal Instance[] Start(Store store) => Make(store, (index, imports) => _templates[index].New(store, imports));

        internal Instance[] From(Snapshot snapshot, Store store) => Make(store, (_, imports) => snapshot.New(store, imports));

        internal Instance[] Of(Store store) => [.. store.Instances];

        internal void Translate() => Array.ForEach(_modules, static module => module.Translate());

        public void Dispose() => Array.ForEach(_modules, static module => module.Dispose());

        internal Instance Wrongly(Snapshot snapshot, Store store, string how)
        {
            switch (how)
            {
                case "too many instances":
                    From(snapshot, store);
                    return snapshot.New(store);
                case "an instance in between":
                    snapshot.New(store);
                    _templates[0].New(store);
                    return snapshot.New(store, store.Instances[0].Func("ask"), store.Instances[1].Func("ask"));
                case "another function":
                    var shim = snapshot.New(store);
                    return snapshot.New(store, shim.Func("more"));
                case "host functions in another order":
                    _ = store.Host(Other);
                    return From(snapshot, store)[0];
                default:
                    return Make(store, (index, imports) => snapshot.New(store, index != 3 ? imports : [.. imports.Select(import => import is not Memory ? import
                        : how == "another memory" ? store.Instances[1].Memory("second") : new Memory(store, new MemoryType(new Limits(3, 10))))]))[0];
            }
        }

        private static Instance[] Make(Store store, Func<int, Extern[], Instance> make)
        {
            var shim = make(0, []);
            var main = make(1, [shim.Func("ask")]);
            var fixup = make(2, [store.Host(Answer), shim["table"]]);
            var adapter = make(3, [main.Memory("memory"), main["counter"], main.Func("ask")]);
            return [shim, main, fixup, adapter];
        }

        private static byte[] Shim()
        {
            var builder = new ModuleBuilder();
            builder.Table("table", new TableType(ValType.FuncRef, new Limits(2, 2)));
            builder.Function("ask", Types.ToI32, new Code().I32(0).CallIndirect(builder.Type(Types.ToI32)));
            builder.Function("more", Types.ToI32, new Code().I32(0));
            return builder.Build();
        }

        private static byte[] Guest()
        {
            var builder = new ModuleBuilder();
            var ask = builder.ImportFunction("ask", Types.ToI32);
            var memory = builder.Memory("memory", new Limits(2, 10));
            builder.Memory("second", new Limits(3, 10));
            builder.Table("table", new TableType(ValType.FuncRef, new Limits(2, 1_000)));
            builder.Global("counter", Counter, new Code().I32(1));
            builder.Global("function", Function, new Code().Null(ValType.FuncRef));
            var dropped = builder.PassiveData("dropped"u8);
            var kept = builder.PassiveData("kept"u8);
            builder.ActiveData(new Code().I32(40_000), [1, 2, 3, 4]);
            var seven = builder.Function("seven", Types.ToI32, new Code().I32(7));
            builder.ActiveElements(0, new Code().I32(1), seven);
            builder.PassiveElements(ask);
            builder.Function("ask", Types.ToI32, new Code().Call(ask));
            builder.Function("call", Types.I32ToI32, new Code().Get(0).CallIndirect(builder.Type(Types.ToI32)));
            builder.Function("init", Types.None, new Code().I32(0).I32(0).I32(4).Op(Opcode.MemoryInit, kept, 0));
            builder.Function("gone", Types.None, new Code().I32(0).I32(0).I32(1).Op(Opcode.MemoryInit, dropped, 0));
            builder.Start(builder.Function(null, Types.None, new Code()
                .I32(1).Op(Opcode.MemoryGrow, memory).Op(Opcode.Drop)
                .I32(170_000).I32(0x0BADCAFE).Op(Opcode.I32Store, 2, 0)
                .I32(40_000).I32(0).Op(Opcode.I32Store, 2, 0)
                .I32(42).Op(Opcode.GlobalSet, 0)
                .Op(Opcode.RefFunc, ask).Op(Opcode.GlobalSet, 1)
                .Op(Opcode.RefFunc, ask).I32(2).Op(Opcode.TableGrow, 0).Op(Opcode.Drop)
                .I32(0).Op(Opcode.RefFunc, seven).Op(Opcode.TableSet, 0)
                .I32(1).Null(ValType.FuncRef).Op(Opcode.TableSet, 0)
                .Op(Opcode.DataDrop, dropped)));
            return builder.Build();
        }

        private static byte[] Fixup()
        {
            var builder = new ModuleBuilder();
            var answer = builder.ImportFunction("answer", Types.ToI32);
            builder.ImportTable("table", new TableType(ValType.FuncRef, new Limits(2, 2)));
            builder.ActiveElements(0, new Code().I32(0), answer);
            return builder.Build();
        }

        private static byte[] Adapter()
        {
            var builder = new ModuleBuilder();
            builder.ImportMemory("memory", new Limits(2, 10));
            builder.ImportGlobal("counter", Counter);
            builder.ImportFunction("ask", Types.ToI32);
            builder.Export("again", ExternKind.Global, 0);
            builder.Start(builder.Function(null, Types.None, new Code()
                .I32(1_000).I32(5).Op(Opcode.I32Store, 2, 0).Op(Opcode.GlobalGet, 0).I32(1).Op(Opcode.I32Add).Op(Opcode.GlobalSet, 0)));
            return builder.Build();
        }
    }
}
