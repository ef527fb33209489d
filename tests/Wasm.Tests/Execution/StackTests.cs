using Tapedeck.Wasm.Execution;
using Tapedeck.Wasm.Opcodes;
using Tapedeck.Wasm.Tests.Modules;
using Xunit;

namespace Tapedeck.Wasm.Tests.Execution;

public class StackTests
{
    private const int Locals = 49_000;
    private static readonly FuncType I32AndI64 = new([ValType.I32, ValType.I64], [ValType.I64]);

    [Theory]
    [EachConfiguration(
        "small frames", "50,000 i64 locals", "50,000 v128 locals", "1,000 i64 parameters", "1,000 v128 parameters", "1,000 results", "1,000 results again and again", "through a table",
        "through the host", "through a typed host function")]
    public void Endless_recursion_traps_and_the_store_works_on(string configuration, string shape)
    {
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(Recursion(shape));
        using var store = engine.NewStore();
        Instance? instance = null;
        instance = engine.Run(() => module.Prepare().New(store, store.Host(shape == "through a typed host function"
            ? HostFunction.Of(_ => instance!.Func("run").Call())
            : HostFunction.Of(Types.None, (_, _, _) => instance!.Func("run").Call()))));

        for (var repetition = 0; repetition < 3; repetition++)
        {
            var trap = Assert.Throws<TrapException>(() => engine.Run(() => instance.Func("run").Call()));
            Assert.Equal((TrapCode.CallStackExhausted, "call stack exhausted"), (trap.Code, trap.Message));
            Assert.InRange(trap.ToString().Length, 1, 5_000);
        }
        Assert.Equal(7, engine.Run(() => instance.Func("seven").Call())[0].AsI32);
    }

    [Theory]
    [EachConfiguration("small frames", "through a table", "through a typed host function")]
    public void Recursion_that_goes_as_deep_as_it_can_is_unwound_in_time(string configuration, string shape)
    {
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(Recursion(shape));
        using var store = engine.NewStore();
        Instance? instance = null;
        instance = engine.Run(() => module.Prepare().New(store, store.Host(HostFunction.Of(_ => instance!.Func("run").Call()))));
        var best = TimeSpan.MaxValue;
        for (var round = 0; round < 10; round++)
        {
            var time = engine.Run(() =>
            {
                var before = ThreadTime.Now;
                Assert.Throws<TrapException>(() => instance.Func("run").Call());
                return ThreadTime.Now - before;
            });
            best = time < best ? time : best;
        }
        // A third of it on a calm machine. It is the size of a frame, and so the depth, that keeps it there.
        Assert.InRange(best, TimeSpan.Zero, TimeSpan.FromMilliseconds(60));
    }

    [Theory]
    [EachConfiguration]
    public void A_deep_recursion_is_legal(string configuration)
    {
        var builder = new ModuleBuilder();
        builder.Function("sum", Types.I32ToI32, new Code()
            .Get(0).Op(Opcode.I32Eqz).If(new Code().I32(0).Op(Opcode.Return))
            .Get(0).Get(0).I32(1).Op(Opcode.I32Sub).Call(0).Op(Opcode.I32Add));
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();

        // Forced into regions, each level has two frames or more.
        var levels = configuration.Contains("split") ? 2_000 : 10_000;

        var sum = engine.Run(() => module.Prepare().New(store).Func("sum").Call(Value.I32(levels)));

        Assert.Equal(levels * (levels + 1) / 2, sum[0].AsI32);
    }

    [Theory]
    [EachConfiguration]
    public void Traps_take_nothing_from_the_stacks(string configuration)
    {
        var builder = new ModuleBuilder();
        var fail = builder.ImportFunction("fail", Types.None);
        builder.Function(null, Types.None, new Code().Get(0).Op(Opcode.Drop).Op(Opcode.Unreachable), (Locals, ValType.I64));
        builder.Function("trap", Types.None, new Code().Call(1), (Locals, ValType.I64));
        builder.Function("throw", Types.None, new Code().Call(fail), (Locals, ValType.I64));
        builder.Function("nested", Types.None, new Code().Loop(new Code()
            .Call(fail).Get(0).I32(1).Op(Opcode.I32Add).Op(Opcode.LocalTee, 0).I32(100).Op(Opcode.I32LtS).Op(Opcode.BrIf, 0)), (1, ValType.I32), (Locals, ValType.I64));
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();
        Instance? instance = null;
        var isNested = false;
        instance = engine.Run(() => module.Prepare().New(store, store.Host(HostFunction.Of(_ => Fail()))));

        engine.Run(() =>
        {
            for (var repetition = 0; repetition < 200; repetition++)
            {
                Assert.Throws<TrapException>(() => instance.Func("trap").Call());
                Assert.Throws<InvalidOperationException>(() => instance.Func("throw").Call());
            }
            isNested = true;
            return instance.Func("nested").Call();
        });

        void Fail()
        {
            if (!isNested)
            {
                throw new InvalidOperationException("of the host");
            }
            Assert.Equal(TrapCode.Unreachable, Assert.Throws<TrapException>(() => instance!.Func("trap").Call()).Code);
        }
    }

    [Theory]
    [EachConfiguration("direct", "indirect", "with other parameters", "with locals beside the stack")]
    public void Ten_million_tail_calls_need_no_more_stack_than_one(string configuration, string shape)
    {
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(TailCalls(shape));
        using var store = engine.NewStore();
        var count = shape switch { "with locals beside the stack" => 20_000, "with other parameters" => 1_000_000, _ => 10_000_000 };

        var result = engine.Run(() => module.Prepare().New(store).Func("count").Call(Value.I32(count), Value.I64(5)));

        Assert.Equal(count + 5, result[0].AsI64);
    }

    private static byte[] Recursion(string shape)
    {
        var builder = new ModuleBuilder();
        var host = builder.ImportFunction("again", Types.None);
        const int run = 1;
        builder.Table(null, new TableType(ValType.FuncRef, new Limits(1, 1)));
        builder.ActiveElements(0, new Code().I32(0), run);
        switch (shape)
        {
            case "small frames":
                builder.Function("run", Types.None, new Code().Call(run));
                break;
            case "50,000 i64 locals":
                builder.Function("run", Types.None, UseLocals(new Code().Call(run), 10, ValType.I64), (Locals, ValType.I64));
                break;
            case "50,000 v128 locals":
                builder.Function("run", Types.None, UseLocals(new Code().Call(run), 10, ValType.V128), (Locals, ValType.V128));
                break;
            case "1,000 i64 parameters":
                Wide(builder, ValType.I64, static code => code.I64(0));
                break;
            case "1,000 v128 parameters":
                Wide(builder, ValType.V128, static code => code.V128(0));
                break;
            case "1,000 results":
                var type = new FuncType([], Enumerable.Repeat(ValType.V128, 1_000));
                builder.Function("run", Types.None, new Code().Call(2).Append(Repeat(1_000, static code => code.Op(Opcode.Drop))));
                builder.Function(null, type, new Code().Call(2));
                break;
            case "1,000 results again and again":
                // Large frames, so that one of many results is entered at few depths.
                Wide(builder, ValType.V128, static code => code.V128(0), new Code().Call(4));
                builder.Function(null, new FuncType([], Enumerable.Repeat(ValType.V128, 1_000)), Repeat(1_000, static code => code.V128(0)));
                builder.Function(null, Types.None, Repeat(60, static code => code.Block(new Code().Call(3).Op(Opcode.Br, 0))));
                break;
            case "through a table":
                builder.Function("run", Types.None, new Code().I32(0).CallIndirect(builder.Type(Types.None)));
                break;
            default:
                builder.Function("run", Types.None, new Code().Call(host));
                break;
        }
        builder.Function("seven", Types.ToI32, new Code().I32(7));
        return builder.Build();
    }

    private static void Wide(ModuleBuilder builder, ValType value, Func<Code, Code> zero, Code? before = null)
    {
        var type = new FuncType(Enumerable.Repeat(value, 1_000), []);
        builder.Function("run", Types.None, Repeat(1_000, zero).Call(2));
        var arguments = before ?? new Code();
        for (var parameter = 999; parameter >= 0; parameter--)
        {
            arguments.Get(parameter);
        }
        builder.Function(null, type, arguments.Call(2));
    }

    // Reads locals after the call, so that they have to be kept across it.
    private static Code UseLocals(Code code, int count, ValType type)
    {
        for (var local = 0; local < count; local++)
        {
            code.Get(local * (Locals / count)).Op(Opcode.Drop);
        }
        return type == ValType.V128 ? code.Get(1).Set(2) : code.Get(1).I64(1).Op(Opcode.I64Add).Set(1);
    }

    private static Code Repeat(int count, Func<Code, Code> part)
    {
        var code = new Code();
        for (var index = 0; index < count; index++)
        {
            part(code);
        }
        return code;
    }

    // count(n, m) = n + m, by n tail calls.
    private static byte[] TailCalls(string shape)
    {
        var builder = new ModuleBuilder();
        var type = builder.Type(I32AndI64);
        builder.Table(null, new TableType(ValType.FuncRef, new Limits(1, 1)));
        builder.ActiveElements(0, new Code().I32(0), 0);
        var end = new Code().Get(0).Op(Opcode.I32Eqz).If(new Code().Get(1).Op(Opcode.Return));
        var next = new Code().Get(0).I32(1).Op(Opcode.I32Sub).Get(1).I64(1).Op(Opcode.I64Add);
        switch (shape)
        {
            case "indirect":
                builder.Function("count", I32AndI64, end.Append(next).I32(0).Op(Opcode.ReturnCallIndirect, type, 0));
                break;
            case "with other parameters":
                var wide = new FuncType([.. Enumerable.Repeat(ValType.F64, 20), ValType.I32, ValType.I64], [ValType.I64]);
                builder.Function("count", I32AndI64, end.Append(Repeat(20, static code => code.F64(1))).Append(next).Op(Opcode.ReturnCall, 1));
                builder.Function(null, wide, new Code().Get(20).Get(21).Op(Opcode.ReturnCall, 0));
                break;
            case "with locals beside the stack":
                builder.Function("count", I32AndI64, end.Append(next).Op(Opcode.ReturnCall, 0), (Locals, ValType.I64));
                break;
            default:
                builder.Function("count", I32AndI64, end.Append(next).Op(Opcode.ReturnCall, 0));
                break;
        }
        return builder.Build();
    }
}
