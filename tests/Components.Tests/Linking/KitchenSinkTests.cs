using System.Text;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasm;
using Xunit;

namespace Tapedeck.Components.Tests.Linking;

/// <summary>Every kind of value, through the components that two JavaScript engines make.</summary>
public sealed class KitchenSinkTests
{
    private const string Api = "demo:kitchen/api@0.1.0#";

    [ComponentsTheory]
    [InlineData("js-kitchen-sink-quickjs")]
    [InlineData("js-kitchen-sink-spidermonkey")]
    public void Every_function_does_its_work(string name)
    {
        using var tool = Tool.Load(name);
        var kitchen = new Kitchen(tool);
        kitchen.Is("ints", "(255, -128, 65535, -32768, 4294967295, -2147483648, 9007199254740991, -9007199254740991)",
            WitValue.U8(255), WitValue.S8(-128), WitValue.U16(65535), WitValue.S16(-32768), WitValue.U32(uint.MaxValue), WitValue.S32(int.MinValue), WitValue.U64((1ul << 53) - 1), WitValue.S64(1 - (1L << 53)));
        kitchen.Is("floats", "(1.5, -0.1)", WitValue.F32(1.5f), WitValue.F64(-0.1));
        kitchen.Is("floats", "(nan, inf)", WitValue.F32(float.NaN), WitValue.F64(double.PositiveInfinity));
        kitchen.Is("chars", "('𝄞', true)", WitValue.Char(new Rune(0x1D11E)), WitValue.Bool(true));
        kitchen.IsEcho("echo-string", _ => WitValue.String("naïve ☃ 𝄞"));
        kitchen.IsEcho("echo-bytes", type => WitValue.Packed<byte>(type, new byte[] { 0, 1, 254, 255 }));
        kitchen.Is("reverse", """["c", "b", "a"]""", kitchen.List("reverse", "a", "b", "c"));
        kitchen.Is("matrix", "[]", WitValue.List(kitchen.Parameter("matrix")));
        kitchen.IsEcho("echo-color", type => WitValue.Enum((EnumType)type, 2));
        kitchen.IsEcho("echo-perms", type => WitValue.Flags((FlagsType)type, 0b101));
        kitchen.IsEcho("echo-person", Person);
        kitchen.IsEcho("echo-people", type => WitValue.List(type, Person(((ListType)type).Element), Person(((ListType)type).Element)));
        kitchen.IsEcho("echo-shape", type => WitValue.Case(type, 0));
        kitchen.IsEcho("echo-shape", type => WitValue.Case(type, 1, WitValue.F64(2.5)));
        kitchen.IsEcho("echo-shape", Rectangle);
        kitchen.IsEcho("echo-shape", type => WitValue.Case(type, 3, Person(((VariantType)type).Cases[3].Type!)));
        kitchen.Is("opt", "some(3)", kitchen.Some("opt", WitValue.String("abc")));
        kitchen.Is("opt", "none", WitValue.None((OptionType)kitchen.Parameter("opt")));
    }

    [ComponentsTheory]
    [InlineData("js-kitchen-sink-quickjs")]
    [InlineData("js-kitchen-sink-spidermonkey")]
    public void Options_results_and_many_parameters_pass(string name)
    {
        using var tool = Tool.Load(name);
        var kitchen = new Kitchen(tool);
        kitchen.Is("opt-opt", "none", WitValue.None((OptionType)kitchen.Parameter("opt-opt")));
        kitchen.IsEcho("opt-opt", type => WitValue.Some((OptionType)type, WitValue.Some((OptionType)((OptionType)type).Element, WitValue.U32(7))));
        kitchen.Is("res", "ok(\"fine\")", WitValue.Bool(true));
        kitchen.Is("res", "err(not-found(\"nope\"))", WitValue.Bool(false));
        kitchen.Is("res-empty", "ok", WitValue.Bool(true));
        kitchen.Is("res-empty", "err", WitValue.Bool(false));
        kitchen.Is("res-ok-only", "ok(42)", WitValue.Bool(true));
        kitchen.Is("res-ok-only", "err", WitValue.Bool(false));
        kitchen.Is("res-err-only", "ok", WitValue.Bool(true));
        kitchen.Is("res-err-only", "err(\"bad\")", WitValue.Bool(false));
        Assert.Null(tool.Call($"{Api}nothing"));
        kitchen.Is("many", "\"a,b,c,d,e,f,g,h,9,10\"", [.. "abcdefgh".Select(c => WitValue.String(c.ToString())), WitValue.U32(9), WitValue.U64(10)]);
        kitchen.IsEcho("nested", Nested);
    }

    [ComponentsTheory]
    [InlineData("js-kitchen-sink-quickjs")]
    [InlineData("js-kitchen-sink-spidermonkey")]
    public void A_resource_is_made_used_and_dropped(string name)
    {
        using var tool = Tool.Load(name);
        var counter = tool.Call($"{Api}[constructor]counter", WitValue.U32(5))!.Value;
        var self = Borrowed(tool, counter);
        Assert.Equal("8", tool.Call($"{Api}[method]counter.increment", self, WitValue.U32(3)).ToString());
        Assert.Equal("8", tool.Call($"{Api}[method]counter.value", self).ToString());
        Assert.Equal("5", tool.Call($"{Api}[method]counter.value", Borrowed(tool, tool.Call($"{Api}[constructor]counter", WitValue.U32(5))!.Value)).ToString());
        Tool.Run(() => ((GuestResource)counter.AsHandle()).Drop());
        Assert.Throws<InvalidOperationException>(() => Tool.Run(() => ((GuestResource)counter.AsHandle()).Drop()));
    }

    // SpiderMonkey's rows are typed arrays, whose `map` gives typed arrays: there the guest's own code fails.
    [ComponentsTheory]
    [InlineData("js-kitchen-sink-quickjs")]
    public void A_matrix_is_transposed(string name)
    {
        using var tool = Tool.Load(name);
        var type = (ListType)tool.Func($"{Api}matrix").Type.Parameters[0].Type;
        var matrix = WitValue.List(type, WitValue.Packed<double>(type.Element, new[] { 1.0, 2.0 }), WitValue.Packed<double>(type.Element, new[] { 3.0, 4.0 }));
        Assert.Equal("[[1, 3], [2, 4]]", tool.Call($"{Api}matrix", matrix).ToString());
    }

    [ComponentsTheory]
    [InlineData("js-kitchen-sink-spidermonkey")]
    public void An_owned_and_a_borrowed_resource_are_merged(string name)
    {
        using var tool = Tool.Load(name);
        var a = tool.Call($"{Api}[constructor]counter", WitValue.U32(5))!.Value;
        var b = tool.Call($"{Api}[constructor]counter", WitValue.U32(6))!.Value;
        var merged = tool.Call($"{Api}[static]counter.merge", a, Borrowed(tool, b))!.Value;
        Assert.Equal("11", tool.Call($"{Api}[method]counter.value", Borrowed(tool, merged)).ToString());
        Assert.Equal("6", tool.Call($"{Api}[method]counter.value", Borrowed(tool, b)).ToString());
        Assert.Throws<InvalidOperationException>(() => tool.Call($"{Api}[static]counter.merge", a, Borrowed(tool, b)));
    }

    [ComponentsTheory]
    [InlineData("js-kitchen-sink-quickjs")]
    [InlineData("js-kitchen-sink-spidermonkey")]
    public void An_exception_of_the_guest_is_a_trap_and_ends_its_instance(string name)
    {
        using var tool = Tool.Load(name);
        Assert.Throws<TrapException>(() => tool.Call($"{Api}trap"));
        Assert.Contains("cannot enter", Assert.Throws<TrapException>(() => tool.Call($"{Api}nothing")).Message, StringComparison.Ordinal);
    }

    private static WitValue Borrowed(Tool tool, WitValue owned) =>
        WitValue.Handle(tool.Func($"{Api}[method]counter.value").Type.Parameters[0].Type, owned.AsHandle());

    private static WitValue Person(WitType type)
    {
        var person = (RecordType)type;
        var home = (OptionType)person.Fields[3].Type;
        return WitValue.Record(
            person, WitValue.String("Ada"), WitValue.U8(36), WitValue.List(person.Fields[2].Type, WitValue.String("x"), WitValue.String("")),
            WitValue.Some(home, Point(home.Element, 1)), WitValue.Enum((EnumType)person.Fields[4].Type, 1), WitValue.Flags((FlagsType)person.Fields[5].Type, 0b110));
    }

    private static WitValue Point(WitType type, double x) => WitValue.Record((RecordType)type, WitValue.F64(x), WitValue.F64(-x));

    private static WitValue Rectangle(WitType type)
    {
        var corners = (TupleType)((VariantType)type).Cases[2].Type!;
        return WitValue.Case(type, 2, WitValue.Tuple(corners, Point(corners.Elements[0], 1), Point(corners.Elements[0], 2)));
    }

    private static WitValue Nested(WitType type)
    {
        var result = (ResultType)((ListType)type).Element;
        var option = (OptionType)result.Ok!;
        return WitValue.List(
            type,
            WitValue.Ok(result, WitValue.Some(option, WitValue.Tuple((TupleType)option.Element, WitValue.String("t"), WitValue.U8(1)))),
            WitValue.Ok(result, WitValue.None(option)),
            WitValue.Err(result, WitValue.Case(result.Error!, 1)),
            WitValue.Err(result, WitValue.Case(result.Error!, 2, WitValue.S32(-4))));
    }

    private sealed class Kitchen(Tool tool)
    {
        internal WitType Parameter(string function) => tool.Func(Api + function).Type.Parameters[0].Type;

        internal WitValue Some(string function, WitValue value) => WitValue.Some((OptionType)Parameter(function), value);

        internal WitValue List(string function, params string[] items) => WitValue.List(Parameter(function), [.. items.Select(WitValue.String)]);

        internal void Is(string function, string expected, params WitValue[] arguments) => Assert.Equal(expected, tool.Call(Api + function, arguments).ToString());

        internal void IsEcho(string function, Func<WitType, WitValue> make)
        {
            var value = make(Parameter(function));
            Assert.Equal(value, tool.Call(Api + function, value));
        }
    }
}
