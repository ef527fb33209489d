using System.Runtime.Intrinsics;
using Tapedeck.Wasm.Tests.Modules;
using Xunit;

namespace Tapedeck.Wasm.Tests;

public class HostFunctionTests
{
    [Theory]
    [EachConfiguration]
    public void A_callback_sees_clean_values_and_what_it_does_not_write_is_zero(string configuration)
    {
        var type = new FuncType([ValType.I32, ValType.F32, ValType.I64], [ValType.I64, ValType.V128, ValType.I64]);
        var builder = new ModuleBuilder();
        var host = builder.ImportFunction("host", type);
        builder.Function("run", new FuncType([], type.Results), new Code().I32(1).F32(2).I64(3).Call(host));
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();
        Value[] seen = [];
        var instance = engine.Run(() => module.Prepare().New(store, store.Host(HostFunction.Of(type, (_, arguments, _) => seen = arguments.ToArray()))));

        for (var round = 0; round < 3; round++)
        {
            var results = engine.Run(() =>
            {
                Span<byte> dirt = stackalloc byte[100_000];
                dirt.Fill(0xCC);
                return instance.Func("run").Call();
            });
            Assert.Equal([Value.I32(1), Value.F32(2), Value.I64(3)], seen);
            Assert.Equal([Value.Null, Value.Null, Value.Null], results);
        }
    }

    private static readonly ValType[] Numbers = [ValType.I32, ValType.I64, ValType.F32, ValType.F64, ValType.V128];
    private static readonly Vector128<byte> Vector = Vector128.Create((byte)1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);

    [Theory]
    [EachConfiguration]
    public void Typed_actions_get_their_arguments_at_every_arity(string configuration)
    {
        var seen = new List<string>();

        Assert.Empty(Pass(configuration, HostFunction.Of(_ => seen.Add("none"))));
        Assert.Empty(Pass(configuration, HostFunction.Of((Store _, int a) => seen.Add($"{a}")), Value.I32(-1)));
        Assert.Empty(Pass(configuration, HostFunction.Of((Store _, long a, double b) => seen.Add($"{a} {b}")), Value.I64(long.MinValue), Value.F64(0.1)));
        Assert.Empty(Pass(
            configuration, HostFunction.Of((Store _, Vector128<byte> a, float b, int c) => seen.Add($"{a == Vector} {b} {c}")),
            Value.V128(Vector), Value.F32(float.NegativeInfinity), Value.I32(7)));

        Assert.Equal(["none", "-1", "-9223372036854775808 0.1", "True -Infinity 7"], seen);
    }

    [Theory]
    [EachConfiguration]
    public void Typed_functions_return_every_type(string configuration)
    {
        Assert.Equal([Value.I32(-5)], Pass(configuration, HostFunction.Of(static (Store _) => -5)));
        Assert.Equal([Value.I64(-6)], Pass(configuration, HostFunction.Of(static (Store _, int a) => (long)a), Value.I32(-6)));
        Assert.Equal([Value.F32(1.5f)], Pass(configuration, HostFunction.Of(static (Store _, float a, float b) => a + b), Value.F32(1), Value.F32(0.5f)));
        Assert.Equal([Value.F64(-0.0)], Pass(configuration, HostFunction.Of(static (Store _, double a) => a), Value.F64(-0.0)));
        Assert.Equal(
            [Value.V128(Vector)],
            Pass(configuration, HostFunction.Of(static (Store _, int _, Vector128<byte> b, long _) => b), Value.I32(1), Value.V128(Vector), Value.I64(2)));
    }

    [Theory]
    [EachConfiguration]
    public void Bits_of_a_nan_pass_both_ways(string configuration)
    {
        var single = BitConverter.Int32BitsToSingle(0x7FA0_1234);
        var number = BitConverter.Int64BitsToDouble(0x7FF4_0000_0000_1234);

        Assert.Equal([Value.F32(single)], Pass(configuration, HostFunction.Of(static (Store _, float a) => a), Value.F32(single)));
        Assert.Equal([Value.F64(number)], Pass(configuration, HostFunction.Of(static (Store _, double a) => a), Value.F64(number)));
    }

    [Theory]
    [EachConfiguration(0, 1, 2, 3, 4, 7, 20, 100, 1_000)]
    public void Untyped_functions_take_and_give_any_number_of_values_of_every_type(string configuration, int count)
    {
        var types = Enumerable.Range(0, count).Select(index => Numbers[index % Numbers.Length]).ToArray();
        var values = types.Select((type, index) => ValueOf(type, index + 1)).ToArray();
        var reversed = new FuncType(types, types.Reverse());

        var results = Pass(configuration, HostFunction.Of(reversed, Reverse), values);

        Assert.Equal(values.Reverse(), results);

        static void Reverse(Store store, ReadOnlySpan<Value> arguments, Span<Value> results)
        {
            arguments.CopyTo(results);
            results.Reverse();
        }
    }

    [Theory]
    [EachConfiguration]
    public void References_pass_both_ways(string configuration)
    {
        var type = new FuncType([ValType.ExternRef, ValType.FuncRef], [ValType.FuncRef, ValType.ExternRef, ValType.ExternRef]);
        var target = new object();
        using var engine = Engines.New(configuration);
        using var store = engine.NewStore();
        var func = store.Host(HostFunction.Of(type, static (_, arguments, results) => (results[0], results[1], results[2]) = (arguments[1], arguments[0], Value.Null)));
        var wrapper = engine.Run(() => engine.Compile(Wrapper(type)).Prepare().New(store, func).Func("call"));

        var results = engine.Run(() => wrapper.Call(store.ExternRef(target), store.FuncRef(wrapper)));

        Assert.Equal(store.FuncRef(wrapper), results[0]);
        Assert.Same(target, store.ObjectOf(results[1]));
        Assert.True(results[2].IsNull);
    }

    [Theory]
    [EachConfiguration]
    public void Results_hold_no_bits_of_results_before(string configuration)
    {
        var builder = new ModuleBuilder();
        builder.Function("vectors", new FuncType([], [ValType.V128, ValType.V128, ValType.V128]), new Code().V128(0xFF).V128(0xFF).V128(0xFF));
        builder.Function("numbers", new FuncType([], [ValType.I32, ValType.F64, ValType.F32]), new Code().I32(1).F64(2).F32(3));
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();
        var instance = engine.Run(() => module.Prepare().New(store));

        engine.Run(() => instance.Func("vectors").Call());

        Assert.Equal([Value.I32(1), Value.F64(2), Value.F32(3)], engine.Run(() => instance.Func("numbers").Call()));
    }

    [Theory]
    [EachConfiguration("typed", "untyped", "trap")]
    public void What_a_host_function_throws_passes_through_the_guest_unharmed(string configuration, string kind)
    {
        Exception thrown = kind == "trap" ? new TrapException("of the host") : new InvalidTimeZoneException("of the host");
        var builder = new ModuleBuilder();
        var host = builder.ImportFunction("host", Types.None);
        builder.Function(null, Types.None, new Code().Call(host), (100, ValType.I64));
        builder.Function("run", Types.ToI32, new Code().I32(5).Call(1), (100, ValType.I64));
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();
        var isThrowing = true;
        var instance = engine.Run(() => module.Prepare().New(store, store.Host(kind == "untyped" ? HostFunction.Of(Types.None, (_, _, _) => Throw()) : HostFunction.Of(_ => Throw()))));

        for (var round = 0; round < 10; round++)
        {
            Assert.Same(thrown, Record.Exception(() => engine.Run(() => instance.Func("run").Call())));
        }
        isThrowing = false;
        Assert.Equal(5, engine.Run(() => instance.Func("run").Call())[0].AsI32);

        void Throw()
        {
            if (isThrowing)
            {
                throw thrown;
            }
        }
    }

    [Theory]
    [EachConfiguration]
    public void Guest_and_host_call_each_other_to_any_depth(string configuration)
    {
        var type = new FuncType([ValType.I32], [ValType.I64, ValType.I32]);
        var builder = new ModuleBuilder();
        var host = builder.ImportFunction("host", type);
        builder.Function("run", type, new Code().Get(0).Call(host));
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();
        Func? run = null;
        run = engine.Run(() => module.Prepare().New(store, store.Host(HostFunction.Of(type, Again))).Func("run"));

        Assert.Equal([Value.I64(500_500), Value.I32(1_000)], engine.Run(() => run.Call(Value.I32(1_000))));

        void Again(Store store, ReadOnlySpan<Value> arguments, Span<Value> results)
        {
            if (arguments[0].AsI32 == 0)
            {
                results.Clear();
                return;
            }
            var inner = run!.Call(Value.I32(arguments[0].AsI32 - 1));
            results[0] = Value.I64(inner[0].AsI64 + arguments[0].AsI32);
            results[1] = Value.I32(inner[1].AsI32 + 1);
        }
    }

    [Fact]
    public void The_store_that_a_host_function_gets_is_that_of_its_caller()
    {
        Store? seen = null;
        var host = HostFunction.Of(store => seen = store);
        using var engine = Engines.New("lazy");
        using var module = engine.Compile(Wrapper(Types.None));
        using var first = engine.NewStore();
        using var second = engine.NewStore();

        foreach (var store in new[] { first, second })
        {
            engine.Run(() => module.Prepare().New(store, store.Host(host)).Func("call").Call());
            Assert.Same(store, seen);
        }
    }

    [Fact]
    public void A_function_wider_than_a_module_may_declare_is_refused()
    {
        using var engine = new Engine(new EngineOptions { ModuleLimits = new ModuleLimits { Parameters = 2 } });
        using var store = engine.NewStore();
        var three = Enumerable.Repeat(ValType.I32, 3);

        Assert.Throws<ArgumentException>(() => store.Host(HostFunction.Of(new FuncType(three, []), static (_, _, _) => { })));
        Assert.Throws<ArgumentException>(() => store.Host(HostFunction.Of(new FuncType([], three), static (_, _, _) => { })));
        Assert.NotNull(store.Host(HostFunction.Of(new FuncType(three.Skip(1), three.Skip(1)), static (_, _, _) => { })));
    }

    [Fact]
    public void A_type_parameter_that_is_no_wasm_type_is_refused() =>
        Assert.Throws<ArgumentException>(() => HostFunction.Of(static (Store _, byte _) => { }));

    [Fact]
    public void A_call_with_too_few_arguments_or_results_is_refused()
    {
        using var engine = new Engine();
        using var store = engine.NewStore();
        var func = store.Host(HostFunction.Of(static (Store _, int a) => a));

        Assert.Throws<ArgumentException>(() => engine.Run(() => func.Call()));
        Assert.Throws<ArgumentException>(() => engine.Run(() => func.Call(Value.Null, Value.Null)));
        Assert.Equal(3, engine.Run(() => func.Call(Value.I32(3)))[0].AsI32);
    }

    private static Value ValueOf(ValType type, int seed) => type switch
    {
        ValType.I32 => Value.I32(-seed),
        ValType.I64 => Value.I64(seed * -10_000_000_000),
        ValType.F32 => Value.F32(seed / 3f),
        ValType.F64 => Value.F64(seed / 3d),
        _ => Value.V128(Vector128.Create((byte)seed)),
    };

    /// <summary>Calls a host function by way of a guest that passes its own arguments on.</summary>
    private static Value[] Pass(string configuration, HostFunction host, params Value[] arguments)
    {
        using var engine = Engines.New(configuration);
        using var module = engine.Compile(Wrapper(host.Type));
        using var store = engine.NewStore();
        return engine.Run(() => module.Prepare().New(store, store.Host(host)).Func("call").Call(arguments));
    }

    private static byte[] Wrapper(FuncType type)
    {
        var builder = new ModuleBuilder();
        var host = builder.ImportFunction("host", type);
        var code = new Code();
        for (var parameter = 0; parameter < type.Parameters.Count; parameter++)
        {
            code.Get(parameter);
        }
        builder.Function("call", type, code.Call(host));
        return builder.Build();
    }
}
