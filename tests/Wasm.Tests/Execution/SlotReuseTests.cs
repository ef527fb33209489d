using Tapedeck.Wasm.Opcodes;
using Tapedeck.Wasm.Tests.Modules;
using Xunit;

namespace Tapedeck.Wasm.Tests.Execution;

/// <summary>No byte of one call is visible to the next: a call on slots that others used sees what a call on a new engine sees.</summary>
public class SlotReuseTests
{
    private const int Rounds = 20;

    [Theory]
    [EachConfiguration]
    public void An_instance_on_used_slots_is_as_one_on_fresh_slots(string configuration)
    {
        var bytes = Build();
        using var fresh = Engines.New(configuration);
        using var freshModule = fresh.Compile(bytes);
        var expected = fresh.Run(() => See(freshModule.Prepare(), isSoiling: false));
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(bytes);
        var template = module.Prepare();

        for (var round = 0; round < Rounds; round++)
        {
            Assert.Equal(expected, engine.Run(() => See(template, isSoiling: true)));
        }
        Assert.Equal(1, engine.Memories.Count);
    }

    [Theory]
    [EachConfiguration]
    public void Bytes_of_another_module_are_not_seen_either(string configuration)
    {
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(Build());
        var plain = new ModuleBuilder();
        plain.Memory("memory", new Limits(5, null));
        plain.Table("table", new TableType(ValType.FuncRef, new Limits(300, null)));
        using var plainModule = engine.Compile(plain.Build());
        var (template, plainTemplate) = (module.Prepare(), plainModule.Prepare());

        for (var round = 0; round < Rounds; round++)
        {
            engine.Run(() => See(template, isSoiling: true));
            engine.Run(() =>
            {
                using var store = engine.NewStore();
                var instance = plainTemplate.New(store);
                Assert.Equal(-1, instance.Memory("memory").Slice(0, 5 << 16).IndexOfAnyExcept((byte)0));
                Assert.Equal(5, instance.Memory("memory").Grow(3));
                Assert.Equal(-1, instance.Memory("memory").Slice(0, 8 << 16).IndexOfAnyExcept((byte)0));
                Assert.Empty(Enumerable.Range(0, 300).Where(index => !((Table)instance["table"]).Get((uint)index).IsNull));
                return 0;
            });
        }
    }

    // Everything that guest or host can read of an instance, then as much dirt as they can leave.
    private static string See(Template template, bool isSoiling)
    {
        using var store = template.Module.Engine.NewStore();
        var instance = template.New(store, store.Host(HostFunction.Of(static _ => { })));
        var memory = instance.Memory("memory");
        var table = (Table)instance["table"];
        var objects = (Table)instance["objects"];
        var seen = new List<string>
        {
            Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(memory.Slice(0, (int)memory.Length))),
            string.Join(' ', Enumerable.Range(0, (int)table.Size).Select(index => table.Get((uint)index).AsI64)),
            string.Join(' ', Enumerable.Range(0, (int)objects.Size).Select(index => objects.Get((uint)index).AsI64)),
            string.Join(' ', new[] { "i32", "i64", "f32", "f64", "v128", "ref" }.Select(name => ((Global)instance[name]).Value.AsV128.ToString())),
            string.Join(' ', instance.Func("results").Call().Select(value => value.AsV128.ToString())),
            instance.Func("drops").Call()[0].AsI32.ToString(),
            string.Join(' ', memory.Pages, memory.Grow(2), memory.Slice((uint)memory.Length - (2 << 16), 2 << 16).IndexOfAnyExcept((byte)0)),
            string.Join(' ', table.Size, table.Grow(50), Enumerable.Range(0, 50).Count(index => !table.Get(table.Size - 1 - (uint)index).IsNull)),
        };
        if (isSoiling)
        {
            memory.Slice(0, (int)memory.Length).Fill(0xAA);
            for (var index = 0u; index < table.Size; index++)
            {
                table.Set(index, store.FuncRef(instance.Func("results")));
            }
            for (var index = 0u; index < objects.Size; index++)
            {
                objects.Set(index, store.ExternRef(new object()));
            }
            foreach (var name in new[] { "i32", "i64", "f32", "f64", "v128" })
            {
                ((Global)instance[name]).Value = Value.V128(System.Runtime.Intrinsics.Vector128<byte>.AllBitsSet);
            }
            instance.Func("drop").Call();
            instance.Func("soil results").Call();
        }
        return string.Join('\n', seen);
    }

    private static byte[] Build()
    {
        var builder = new ModuleBuilder();
        var host = builder.ImportFunction("host", Types.None);
        builder.Memory("memory", new Limits(3, 10));
        builder.Table("table", new TableType(ValType.FuncRef, new Limits(200, 1_000)));
        builder.Table("objects", new TableType(ValType.ExternRef, new Limits(200, 1_000)));
        builder.Global("i32", new GlobalType(ValType.I32, true), new Code().I32(1));
        builder.Global("i64", new GlobalType(ValType.I64, true), new Code().I64(2));
        builder.Global("f32", new GlobalType(ValType.F32, true), new Code().F32(3));
        builder.Global("f64", new GlobalType(ValType.F64, true), new Code().F64(4));
        builder.Global("v128", new GlobalType(ValType.V128, true), new Code().V128(5));
        builder.Global("ref", new GlobalType(ValType.FuncRef, true), new Code().Op(Opcode.RefFunc, host));
        var results = new FuncType([], [ValType.I32, ValType.F32, ValType.I64, ValType.I32]);
        var own = builder.Function("results", results, new Code().I32(1).F32(2).I64(3).I32(4));
        var vectors = new FuncType([], Enumerable.Repeat(ValType.V128, 4));
        builder.Function("soil results", vectors, new Code().V128(0xFF).V128(0xFF).V128(0xFF).V128(0xFF));
        var data = builder.PassiveData([0]);
        var elements = builder.PassiveElements(own, host);
        builder.ActiveElements(0, new Code().I32(100), own, host, own);
        builder.ActiveData(new Code().I32(70_000), [1, 2, 3]);
        builder.Function("drop", Types.None, new Code().Op(Opcode.DataDrop, data).Op(Opcode.ElemDrop, elements));
        builder.Function("drops", Types.ToI32, new Code()
            .I32(0).I32(0).I32(1).Op(Opcode.MemoryInit, data, 0).I32(0).I32(0).I32(2).Op(Opcode.TableInit, elements, 0).I32(1));
        return builder.Build();
    }
}
