using Tapedeck.Wasm.Opcodes;
using Tapedeck.Wasm.Tests.Modules;
using Xunit;

namespace Tapedeck.Wasm.Tests.Compilation.Inlining;

public class InliningTests
{
    private static readonly FuncType TwoI32ToI32 = new([ValType.I32, ValType.I32], [ValType.I32]);
    private static readonly FuncType I32ToTwoI32 = new([ValType.I32], [ValType.I32, ValType.I32]);

    [Fact]
    public void A_small_function_that_is_only_called_directly_is_not_compiled_by_itself()
    {
        var builder = new ModuleBuilder();
        builder.Function(null, Types.I32ToI32, new Code().Get(0).I32(1).Op(Opcode.I32Add));
        builder.Function(null, Types.I32ToI32, LongBody());
        builder.Function("run", Types.I32ToI32, new Code().Get(0).Call(0).Call(1));
        using var engine = Engines.New("lazy");
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();

        var instance = engine.Run(() => module.Prepare().New(store));
        engine.Run(() => instance.Func("run").Call(Value.I32(1)));

        Assert.Equal(0, instance.Code.Find(0));
        Assert.NotEqual(0, instance.Code.Find(1));
    }

    [Theory]
    [EachConfiguration]
    public void A_return_leaves_the_body_and_not_the_caller(string configuration)
    {
        var builder = new ModuleBuilder();
        builder.Function(null, Types.I32ToI32, new Code()
            .Block(new Code().Loop(new Code()
                .Get(0).I32(10).Op(Opcode.I32GtS).If(new Code().Get(0).Op(Opcode.Return))
                .Get(0).I32(3).Op(Opcode.I32Add).Set(0).Op(Opcode.Br, 0)))
            .I32(-1));
        builder.Function("run", Types.I32ToI32, new Code().I32(1000).Get(0).Call(0).Op(Opcode.I32Add));

        Answers(configuration, builder, (0, 1012), (11, 1011), (-5, 1013));
    }

    [Theory]
    [EachConfiguration]
    public void A_br_table_leaves_the_body_from_any_depth(string configuration)
    {
        var builder = new ModuleBuilder();
        builder.Function(null, Types.I32ToI32, new Code()
            .Block(new Code()
                .Block(new Code().I32(7).Get(0).Op(Opcode.BrTable, 2, 2, 2, 2).Op(Opcode.Drop))
                .I32(8).Op(Opcode.Return))
            .I32(9));
        builder.Function(null, Types.I32ToI32, new Code()
            .Block(new Code()
                .Block(new Code().Get(0).Op(Opcode.BrTable, 2, 0, 1, 0))
                .I32(20).Op(Opcode.Return))
            .I32(21));
        builder.Function("run", Types.I32ToI32, new Code().Get(0).Call(0).I32(100).Op(Opcode.I32Mul).Get(0).Call(1).Op(Opcode.I32Add));

        Answers(configuration, builder, (0, 720), (1, 721), (2, 720), (-1, 720));
    }

    [Theory]
    [EachConfiguration]
    public void Locals_are_zero_and_parameters_are_copies_at_each_turn(string configuration)
    {
        var builder = new ModuleBuilder();
        builder.Function(null, Types.I32ToI32, new Code()
            .Get(1).Get(0).Op(Opcode.I32Add).Set(1)
            .Get(0).I32(1).Op(Opcode.I32Add).Set(0)
            .Get(1).Get(0).Op(Opcode.I32Mul), (1, ValType.I32));
        builder.Function("run", Types.I32ToI32, new Code()
            .Loop(new Code()
                .Get(1).Get(0).Call(0).Op(Opcode.I32Add).Set(1)
                .Get(0).I32(1).Op(Opcode.I32Sub).Op(Opcode.LocalTee, 0).Op(Opcode.BrIf, 0))
            .Get(1), (1, ValType.I32));

        // The sum of n * (n + 1).
        Answers(configuration, builder, (1, 2), (3, 20), (10, 440));
    }

    [Theory]
    [EachConfiguration]
    public void What_the_caller_has_on_its_stack_is_of_before_the_call(string configuration)
    {
        var builder = new ModuleBuilder();
        builder.Memory(null, new Limits(1, null));
        var global = builder.Global(null, new GlobalType(ValType.I32, true), new Code().I32(5));
        builder.Function(null, Types.ToI32, new Code()
            .I32(50).Op(Opcode.GlobalSet, global)
            .I32(0).I32(60).Op(Opcode.I32Store, 2, 0)
            .I32(1));
        builder.Function("run", Types.I32ToI32, new Code()
            .I32(0).Get(0).Op(Opcode.I32Store, 2, 0).I32(5).Op(Opcode.GlobalSet, global)
            .Get(0).Op(Opcode.GlobalGet, global).Op(Opcode.I32Mul)
            .I32(0).Op(Opcode.I32Load, 2, 0)
            .Call(0).I32(9).Set(0)
            .Op(Opcode.I32Add).Op(Opcode.I32Add));

        Answers(configuration, builder, (3, 19), (10, 61));
    }

    [Theory]
    [EachConfiguration]
    public void Several_arguments_and_several_results_keep_their_order(string configuration)
    {
        var builder = new ModuleBuilder();
        builder.Function(null, TwoI32ToI32, new Code().Get(0).Get(1).Op(Opcode.I32Sub));
        builder.Function(null, I32ToTwoI32, new Code()
            .Get(0).I32(7).Get(0).I32(5).Op(Opcode.I32GtS).Op(Opcode.BrIf, 0)
            .Op(Opcode.Drop).I32(1).Op(Opcode.I32Add).I32(2));
        builder.Function(null, I32ToTwoI32, new Code().Get(0).I32(2).Op(Opcode.I32Mul).Get(0).I32(3).Op(Opcode.I32Mul).Op(Opcode.Return));
        builder.Function("run", Types.I32ToI32, new Code()
            .Get(0).Call(2).Call(0).Get(0).Call(1).Call(0).Call(0).I32(10).Op(Opcode.I32Mul).Get(0).Call(1).Call(0).Op(Opcode.I32Add));

        // -n less n - 1, or n - 7 beyond 5; that ten times, and once more.
        Answers(configuration, builder, (1, -10), (3, -48), (9, -108));
    }

    [Theory]
    [EachConfiguration("unreachable", "divide by zero", "out of bounds", "truncation", "null element")]
    public void A_trap_in_a_body_is_the_one_it_would_be(string configuration, string what)
    {
        var builder = new ModuleBuilder();
        builder.Memory(null, new Limits(1, null));
        builder.Table(null, new TableType(ValType.FuncRef, new Limits(1, null)));
        var (body, code) = what switch
        {
            "unreachable" => (new Code().Op(Opcode.Unreachable), TrapCode.Unreachable),
            "divide by zero" => (new Code().Get(0).I32(0).Op(Opcode.I32DivS), TrapCode.IntegerDivideByZero),
            "out of bounds" => (new Code().I32(65_533).Op(Opcode.I32Load, 2, 0), TrapCode.OutOfBoundsMemoryAccess),
            "truncation" => (new Code().F64(double.NaN).Op(Opcode.I32TruncF64S), TrapCode.InvalidConversionToInteger),
            _ => (new Code().Get(0).I32(0).CallIndirect(builder.Type(Types.I32ToI32)), TrapCode.UninitializedElement),
        };
        builder.Function(null, Types.I32ToI32, body);
        builder.Function("run", Types.I32ToI32, new Code().Get(0).Op(Opcode.I32Eqz).If(new Code().I32(4).Call(0).Op(Opcode.Drop)).Get(0));
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();
        var instance = engine.Run(() => module.Prepare().New(store));

        Assert.Equal(code, Assert.Throws<TrapException>(() => engine.Run(() => instance.Func("run").Call(Value.I32(0)))).Code);
        Assert.Equal(6, engine.Run(() => instance.Func("run").Call(Value.I32(6)))[0].AsI32);
    }

    [Theory]
    [EachConfiguration]
    public void What_follows_a_body_that_never_ends_is_not_reached(string configuration)
    {
        var builder = new ModuleBuilder();
        builder.Function(null, Types.ToI32, new Code().Op(Opcode.Unreachable));
        builder.Function("run", Types.I32ToI32, new Code()
            .Block(new Code()
                .Get(0).Op(Opcode.BrIf, 0)
                .I32(1).Call(0).Op(Opcode.I32Add).Set(0)
                .Get(0).If(new Code().I32(2).Set(0)))
            .Get(0));
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();
        var instance = engine.Run(() => module.Prepare().New(store));

        Assert.Equal(3, engine.Run(() => instance.Func("run").Call(Value.I32(3)))[0].AsI32);
        Assert.Equal(TrapCode.Unreachable, Assert.Throws<TrapException>(() => engine.Run(() => instance.Func("run").Call(Value.I32(0)))).Code);
    }

    [Theory]
    [EachConfiguration]
    public void A_function_inside_itself_counts_as_it_should(string configuration)
    {
        var builder = new ModuleBuilder();
        builder.Function("run", Types.I32ToI32, new Code()
            .Get(0).I32(2).Op(Opcode.I32LtS).If(new Code().Get(0).Op(Opcode.Return))
            .Get(0).I32(1).Op(Opcode.I32Sub).Call(0)
            .Get(0).I32(2).Op(Opcode.I32Sub).Call(0)
            .Op(Opcode.I32Add));

        Answers(configuration, builder, (0, 0), (1, 1), (2, 1), (10, 55), (20, 6765));
    }

    [Theory]
    [EachConfiguration]
    public void Two_functions_that_call_each_other_go_deep_and_trap_when_they_go_too_deep(string configuration)
    {
        var builder = new ModuleBuilder();
        builder.Function("run", Types.I32ToI32, new Code()
            .Get(0).Op(Opcode.I32Eqz).If(new Code().I32(1).Op(Opcode.Return))
            .Get(0).I32(1).Op(Opcode.I32Sub).Call(1));
        builder.Function(null, Types.I32ToI32, new Code()
            .Get(0).Op(Opcode.I32Eqz).If(new Code().I32(0).Op(Opcode.Return))
            .Get(0).I32(1).Op(Opcode.I32Sub).Call(0));
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();
        var instance = engine.Run(() => module.Prepare().New(store));

        foreach (var (depth, even) in (ReadOnlySpan<(int, int)>)[(0, 1), (1, 0), (2, 1), (7, 0), (4000, 1), (4001, 0)])
        {
            Assert.Equal(even, engine.Run(() => instance.Func("run").Call(Value.I32(depth)))[0].AsI32);
        }
        Assert.Equal(TrapCode.CallStackExhausted, Assert.Throws<TrapException>(() => engine.Run(() => instance.Func("run").Call(Value.I32(-1)))).Code);
    }

    [Theory]
    [EachConfiguration("a loop", "a tree of calls")]
    public async Task A_deadline_stops_what_is_inlined(string configuration, string what)
    {
        var builder = new ModuleBuilder();
        if (what == "a loop")
        {
            builder.Function(null, Types.None, new Code().Loop(new Code().Op(Opcode.Br, 0)));
            builder.Function("run", Types.None, new Code().Call(0));
        }
        else
        {
            // Forty levels, each of which calls the next one twice.
            for (var level = 0; level < 40; level++)
            {
                builder.Function(level == 0 ? "run" : null, Types.None, level == 39 ? new Code() : new Code().Call(level + 1).Call(level + 1));
            }
        }
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();

        var trap = await Assert.ThrowsAsync<TrapException>(() =>
            engine.RunAsync(store, () => module.Prepare().New(store).Func("run").Call(), TimeSpan.FromMilliseconds(50), default).WaitAsync(TimeSpan.FromSeconds(10)));

        Assert.Equal(TrapCode.Interrupted, trap.Code);
    }

    [Theory]
    [EachConfiguration]
    public void Floats_and_vectors_start_at_zero_too(string configuration)
    {
        var builder = new ModuleBuilder();
        builder.Function(null, Types.I32ToI32, new Code()
            .Get(1).F64(1).Op(Opcode.F64Add).Op(Opcode.LocalTee, 1).Op(Opcode.I32TruncF64S)
            .Get(2).Op(Opcode.V128AnyTrue).Op(Opcode.I32Add)
            .Get(2).Op(Opcode.V128Not).Set(2)
            .Get(0).Op(Opcode.I32Add), (1, ValType.F64), (1, ValType.V128));
        builder.Function("run", Types.I32ToI32, new Code().Get(0).Call(0).Call(0).Call(0));

        Answers(configuration, builder, (0, 3), (5, 8));
    }

    private static Code LongBody()
    {
        var code = new Code().Get(0);
        for (var i = 0; i < 60; i++)
        {
            code.I32(i).Op(Opcode.I32Xor);
        }
        return code;
    }

    private static void Answers(string configuration, ModuleBuilder builder, params ReadOnlySpan<(int Argument, int Answer)> cases)
    {
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();
        var instance = engine.Run(() => module.Prepare().New(store));
        foreach (var (argument, answer) in cases)
        {
            Assert.Equal(answer, engine.Run(() => instance.Func("run").Call(Value.I32(argument)))[0].AsI32);
        }
    }
}
