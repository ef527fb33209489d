using Tapedeck.Wasm.Tests.Modules;
using Xunit;

namespace Tapedeck.Wasm.Tests.Execution;

public class LinkingTests
{
    private static readonly FuncType Wanted = new([ValType.I32], [ValType.I64]);

    public static TheoryData<string, string> Refusals => new()
    {
        { "nothing", "unknown import: the module asks for 4 imports, 0 are given" },
        { "too much", "unknown import: the module asks for 4 imports, 5 are given" },
        { "function of another type", "incompatible import type for host.func" },
        { "function of another store", "incompatible import type: host.func is of another store" },
        { "null", "unknown import: host.func is null" },
        { "memory for the function", "incompatible import type for host.func" },
        { "table too small", "incompatible import type for host.table" },
        { "table without maximum", "incompatible import type for host.table" },
        { "table with a larger maximum", "incompatible import type for host.table" },
        { "table of the other reference", "incompatible import type for host.table" },
        { "memory too small", "incompatible import type for host.memory" },
        { "memory without maximum", "incompatible import type for host.memory" },
        { "memory with a larger maximum", "incompatible import type for host.memory" },
        { "global that is mutable", "incompatible import type for host.global" },
        { "global of another type", "incompatible import type for host.global" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Imports_that_do_not_fit_are_refused_with_a_reason(string what, string reason)
    {
        using var engine = Engines.New("lazy");
        using var store = engine.NewStore();
        using var other = engine.NewStore();
        using var module = engine.Compile(Bytes());

        var refusal = Assert.Throws<LinkException>(() => engine.Run(() => module.Prepare().New(store, Imports(what, store, other))));

        Assert.Equal(reason, refusal.Message);
    }

    [Fact]
    public void Imports_that_fit_are_linked_at_their_present_size()
    {
        using var engine = Engines.New("lazy");
        using var store = engine.NewStore();
        using var module = engine.Compile(Bytes());
        var imports = Imports("all well", store, store);

        Assert.NotNull(engine.Run(() => module.Prepare().New(store, imports)));
        imports[1] = new Table(store, new TableType(ValType.FuncRef, new Limits(1, 3)), Value.Null);
        Assert.Throws<LinkException>(() => engine.Run(() => module.Prepare().New(store, imports)));
        ((Table)imports[1]).Grow(1);
        Assert.NotNull(engine.Run(() => module.Prepare().New(store, imports)));
    }

    private static Extern[] Imports(string what, Store store, Store other)
    {
        var (nothing, constant) = (Value.Null, new GlobalType(ValType.F32, false));
        Extern func = (what == "function of another store" ? other : store).Host(what == "function of another type"
            ? HostFunction.Of(static (Store _, int a) => a)
            : HostFunction.Of(static (Store _, int a) => (long)a));
        var table = what switch
        {
            "table too small" => new TableType(ValType.FuncRef, new Limits(1, 3)),
            "table without maximum" => new TableType(ValType.FuncRef, new Limits(2, null)),
            "table with a larger maximum" => new TableType(ValType.FuncRef, new Limits(2, 4)),
            "table of the other reference" => new TableType(ValType.ExternRef, new Limits(2, 3)),
            _ => new TableType(ValType.FuncRef, new Limits(2, 3)),
        };
        var memory = what switch
        {
            "memory too small" => new Limits(1, 3),
            "memory without maximum" => new Limits(2, null),
            "memory with a larger maximum" => new Limits(2, 4),
            _ => new Limits(2, 3),
        };
        var global = what switch
        {
            "global that is mutable" => constant with { Mutable = true },
            "global of another type" => constant with { Type = ValType.I32 },
            _ => constant,
        };
        Extern linked = new Memory(store, new MemoryType(memory));
        Extern[] imports = [what == "memory for the function" ? linked : func, new Table(store, table, nothing), linked, new Global(store, global, nothing)];
        return what switch
        {
            "nothing" => [],
            "too much" => [.. imports, func],
            "null" => [null!, .. imports[1..]],
            _ => imports,
        };
    }

    private static byte[] Bytes()
    {
        var builder = new ModuleBuilder();
        builder.ImportFunction("func", Wanted);
        builder.ImportTable("table", new TableType(ValType.FuncRef, new Limits(2, 3)));
        builder.ImportMemory("memory", new Limits(2, 3));
        builder.ImportGlobal("global", new GlobalType(ValType.F32, false));
        return builder.Build();
    }
}
