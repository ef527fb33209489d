using Tapedeck.Wasm.Opcodes;
using Tapedeck.Wasm.Tests.Modules;
using Xunit;

namespace Tapedeck.Wasm.Tests;

/// <summary>What instances of one template share, and what each has of its own.</summary>
public class TemplateTests
{
    [Theory]
    [EachConfiguration]
    public void A_start_function_asks_the_host_anew_for_each_instance(string configuration)
    {
        var builder = new ModuleBuilder();
        var clock = builder.ImportFunction("clock", Types.ToI32);
        builder.Memory("memory", new Limits(1, null));
        builder.Global("global", new GlobalType(ValType.I32, true), new Code().I32(0));
        builder.Start(builder.Function(null, Types.None, new Code().I32(8).Call(clock).Op(Opcode.I32Store, 2, 0).Call(clock).Op(Opcode.GlobalSet, 0)));
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        var template = module.Prepare();
        var now = 0;

        for (var instance = 0; instance < 5; instance++)
        {
            using var store = engine.NewStore();
            var made = engine.Run(() => template.New(store, store.Host(HostFunction.Of(_ => ++now))));
            Assert.Equal((2 * instance) + 1, made.Memory("memory").Slice(8, 1)[0]);
            Assert.Equal((2 * instance) + 2, ((Global)made["global"]).Value.AsI32);
        }
    }

    [Theory]
    [EachConfiguration]
    public void A_dropped_segment_is_there_again_in_the_next_instance(string configuration)
    {
        var builder = new ModuleBuilder();
        builder.Memory("memory", new Limits(1, null));
        builder.Table("table", new TableType(ValType.FuncRef, new Limits(1, null)));
        var data = builder.PassiveData("passive"u8);
        var init = builder.Function("init", Types.None, new Code()
            .I32(0).I32(0).I32(7).Op(Opcode.MemoryInit, data, 0).I32(0).I32(0).I32(1).Op(Opcode.TableInit, 0, 0));
        builder.PassiveElements(init);
        builder.Function("drop", Types.None, new Code().Op(Opcode.DataDrop, data).Op(Opcode.ElemDrop, 0));
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        var template = module.Prepare();

        for (var round = 0; round < 3; round++)
        {
            using var store = engine.NewStore();
            engine.Run(() =>
            {
                var instance = template.New(store);
                instance.Func("init").Call();
                Assert.Equal("passive"u8, instance.Memory("memory").Slice(0, 7));
                instance.Func("drop").Call();
                return Assert.Throws<TrapException>(() => instance.Func("init").Call());
            });
        }
    }

    [Theory]
    [EachConfiguration]
    public void An_active_segment_is_dropped_once_it_is_applied(string configuration)
    {
        var builder = new ModuleBuilder();
        builder.Memory("memory", new Limits(1, null));
        builder.Table("table", new TableType(ValType.FuncRef, new Limits(1, null)));
        builder.ActiveData(new Code().I32(0), [1]);
        var data = builder.Function("data", Types.None, new Code().I32(0).I32(0).I32(1).Op(Opcode.MemoryInit, 0, 0));
        builder.ActiveElements(0, new Code().I32(0), data);
        builder.Function("elements", Types.None, new Code().I32(0).I32(0).I32(1).Op(Opcode.TableInit, 0, 0));
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();
        var instance = engine.Run(() => module.Prepare().New(store));

        Assert.Equal(TrapCode.OutOfBoundsMemoryAccess, Assert.Throws<TrapException>(() => engine.Run(() => instance.Func("data").Call())).Code);
        Assert.Equal(TrapCode.OutOfBoundsTableAccess, Assert.Throws<TrapException>(() => engine.Run(() => instance.Func("elements").Call())).Code);
    }

    [Theory]
    [EachConfiguration]
    public void Globals_and_segments_follow_the_imported_globals_of_each_instance(string configuration)
    {
        var constant = new GlobalType(ValType.I32, false);
        var builder = new ModuleBuilder();
        builder.ImportGlobal("base", constant);
        builder.Memory("memory", new Limits(1, null));
        builder.Table("table", new TableType(ValType.FuncRef, new Limits(100, null)));
        builder.Global("next", constant, new Code().Op(Opcode.GlobalGet, 0).I32(1).Op(Opcode.I32Add));
        builder.ActiveElements(0, new Code().Op(Opcode.GlobalGet, 0), builder.Function("run", Types.None, new Code()));
        builder.ActiveData(new Code().I32(5), [1, 1, 1]);
        builder.ActiveData(new Code().Op(Opcode.GlobalGet, 0), [2]);
        builder.ActiveData(new Code().I32(7), [3]);
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        var template = module.Prepare();

        foreach (var at in new[] { 6, 7, 50 })
        {
            using var store = engine.NewStore();
            var instance = engine.Run(() => template.New(store, new Global(store, constant, Value.I32(at))));
            byte[] expected = at switch { 6 => [1, 2, 3], _ => [1, 1, 3] };
            Assert.Equal(expected, instance.Memory("memory").Slice(5, 3).ToArray());
            Assert.Equal(at == 50 ? 2 : 0, instance.Memory("memory").Slice(50, 1)[0]);
            Assert.Equal(at + 1, ((Global)instance["next"]).Value.AsI32);
            Assert.False(((Table)instance["table"]).Get((uint)at).IsNull);
            Assert.True(((Table)instance["table"]).Get((uint)at + 1).IsNull);
        }
    }

    [Theory]
    [EachConfiguration]
    public void A_segment_that_does_not_fit_leaves_the_earlier_ones_applied_to_what_is_imported(string configuration)
    {
        var builder = new ModuleBuilder();
        builder.ImportMemory("memory", new Limits(1, null));
        builder.ActiveData(new Code().I32(0), [1]);
        builder.ActiveData(new Code().I32(65_536), [2]);
        builder.ActiveData(new Code().I32(1), [3]);
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();
        var memory = new Memory(store, new MemoryType(new Limits(1, null)));

        Assert.Equal(
            TrapCode.OutOfBoundsMemoryAccess, Assert.Throws<TrapException>(() => engine.Run(() => module.Prepare().New(store, memory))).Code);
        Assert.Equal([1, 0], memory.Slice(0, 2).ToArray());
    }

    [Theory]
    [EachConfiguration]
    public void A_later_segment_covers_the_imported_function_of_an_earlier_one(string configuration)
    {
        var builder = new ModuleBuilder();
        var imported = builder.ImportFunction("host", Types.ToI32);
        builder.Table(null, new TableType(ValType.FuncRef, new Limits(3, null)));
        var own = builder.Function(null, Types.ToI32, new Code().I32(1));
        builder.ActiveElements(0, new Code().I32(0), imported, imported, own);
        builder.ActiveElements(0, new Code().I32(1), own, imported);
        builder.Function("call", Types.I32ToI32, new Code().Get(0).CallIndirect(builder.Type(Types.ToI32)));
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();
        var instance = engine.Run(() => module.Prepare().New(store, store.Host(HostFunction.Of(static _ => 9))));

        Assert.Equal([9, 1, 9], Enumerable.Range(0, 3).Select(index => engine.Run(() => instance.Func("call").Call(Value.I32(index)))[0].AsI32));
    }

    [Theory]
    [InlineData("template")]
    [InlineData("module")]
    public void Images_go_with_their_template_and_instances_stay_whole(string disposed)
    {
        var builder = new ModuleBuilder();
        builder.Memory("memory", new Limits(10, null));
        builder.Table("table", new TableType(ValType.FuncRef, new Limits(10_000, null)));
        var seven = builder.Function("seven", Types.ToI32, new Code().I32(7));
        builder.ActiveElements(0, new Code().I32(0), [.. Enumerable.Repeat(seven, 10_000)]);
        builder.ActiveData(new Code().I32(0), [.. Enumerable.Repeat((byte)1, 500_000)]);
        using var engine = Engines.New("tiered");
        using var module = engine.Compile(builder.Build());
        var template = module.Prepare();
        engine.Run(() =>
        {
            using var store = engine.NewStore();
            return template.New(store);
        });
        Assert.Equal((1, 1), (engine.Memories.IdleCount, engine.Tables.IdleCount));
        using (var store = engine.NewStore())
        {
            var instance = engine.Run(() => template.New(store));

            ((IDisposable)(disposed == "template" ? template : module)).Dispose();

            Assert.Equal((1, 1), (engine.Memories.Count, engine.Tables.Count));
            Assert.Equal(500_000, instance.Memory("memory").Slice(0, 655_360).Count((byte)1));
            Assert.False(((Table)instance["table"]).Get(9_999).IsNull);
            Assert.Equal(7, engine.Run(() => instance.Func("seven").Call())[0].AsI32);
        }
        Assert.Equal((0, 0), (engine.Memories.Count, engine.Tables.Count));
        using var late = engine.NewStore();
        Assert.Throws<ObjectDisposedException>(() => engine.Run(() => template.New(late)));
    }

    [Fact]
    public void Segments_that_would_make_a_huge_image_are_applied_to_each_instance()
    {
        const int segments = 40_000;
        var builder = new ModuleBuilder();
        builder.Memory("memory", new Limits(3_000, null));
        for (var segment = 0; segment < segments; segment++)
        {
            builder.ActiveData(new Code().I32(segment * 4_200), [(byte)(segment | 1)]);
        }
        using var engine = Engines.New("lazy");
        using var module = engine.Compile(builder.Build());
        var template = module.Prepare();
        for (var round = 0; round < 2; round++)
        {
            using var store = engine.NewStore();
            var memory = engine.Run(() => template.New(store)).Memory("memory");
            Assert.Empty(Enumerable.Range(0, segments).Where(segment => memory.Slice((uint)segment * 4_200, 1)[0] != (byte)(segment | 1)));
            Assert.Equal(segments, memory.Slice(0, (int)memory.Length).ToArray().Count(static value => value != 0));
        }
    }
}
