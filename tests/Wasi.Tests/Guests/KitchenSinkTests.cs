using System.Text;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasm;
using Xunit;

namespace Tapedeck.Wasi.Tests.Guests;

/// <summary>Every kind of value, through real JavaScript on both engines: all functions of the interface and its resource.</summary>
public sealed class KitchenSinkTests
{
    private const string Api = "demo:kitchen/api@0.1.0#";

    private static readonly EnumType Color = new("red", "green", "dark-blue");
    private static readonly FlagsType Perms = new("read", "write", "exec");
    private static readonly RecordType Point = new(new Field("x", WitType.F64), new Field("y", WitType.F64));
    private static readonly ListType Strings = new(WitType.String);
    private static readonly RecordType Person = new(
        new Field("name", WitType.String), new Field("age", WitType.U8), new Field("tags", Strings), new Field("home", new OptionType(Point)),
        new Field("favourite", Color), new Field("can", Perms));
    private static readonly TupleType Corners = new(Point, Point);
    private static readonly VariantType Shape = new(new Case("empty", null), new Case("circle", WitType.F64), new Case("rect", Corners), new Case("named", Person));
    private static readonly VariantType Err = new(new Case("not-found", WitType.String), new Case("denied", null), new Case("code", WitType.S32));
    private static readonly OptionType MaybeString = new(WitType.String);
    private static readonly OptionType MaybeNumber = new(WitType.U32);
    private static readonly OptionType MaybeMaybe = new(MaybeNumber);
    private static readonly TupleType Pair = new(WitType.String, WitType.U8);
    private static readonly OptionType MaybePair = new(Pair);
    private static readonly ResultType Nested = new(MaybePair, Err);
    private static readonly ListType Matrix = new(new ListType(WitType.F64));

    public static TheoryData<string> Engines => ["js-kitchen-sink-quickjs", "js-kitchen-sink-spidermonkey"];

    [ComponentTheory, MemberData(nameof(Engines))]
    public Task Echoes_every_value(string component) => InInstance(component, call =>
    {
        foreach (var (function, value) in Echoes())
        {
            Assert.Equal(value, call(function, value));
        }
        return true;
    });

    [ComponentTheory, MemberData(nameof(Engines))]
    public Task Counts_in_every_width(string component) => InInstance(component, call =>
    {
        WitValue[] least = [WitValue.U8(0), WitValue.S8(sbyte.MinValue), WitValue.U16(0), WitValue.S16(short.MinValue), WitValue.U32(0), WitValue.S32(int.MinValue), WitValue.U64(0), WitValue.S64(-(1L << 53))];
        WitValue[] most = [WitValue.U8(255), WitValue.S8(127), WitValue.U16(65535), WitValue.S16(32767), WitValue.U32(uint.MaxValue), WitValue.S32(int.MaxValue), WitValue.U64(1UL << 53), WitValue.S64(1L << 53)];
        foreach (var numbers in new[] { least, most })
        {
            var result = call("ints", numbers)!.Value;
            Assert.Equal(numbers, Enumerable.Range(0, numbers.Length).Select(index => result[index]));
        }
        var floats = call("floats", WitValue.F32(1.5f), WitValue.F64(double.NaN))!.Value;
        Assert.Equal((1.5f, double.NaN), (floats[0].AsF32(), floats[1].AsF64()));
        var chars = call("chars", WitValue.Char(new Rune(0x1F3B5)), WitValue.Bool(true))!.Value;
        Assert.Equal((new Rune(0x1F3B5), true), (chars[0].AsChar(), chars[1].AsBool()));
        return true;
    });

    [ComponentTheory, MemberData(nameof(Engines))]
    public Task Works_on_lists_and_options(string component) => InInstance(component, call =>
    {
        var reversed = call("reverse", WitValue.List(Strings, WitValue.String("a"), WitValue.String("b")))!.Value;
        Assert.Equal(["b", "a"], [reversed[0].AsString(), reversed[1].AsString()]);
        Assert.Equal(5u, call("opt", WitValue.Some(MaybeString, WitValue.String("fünf!")))!.Value.CaseValue!.Value.AsU32());
        Assert.Equal("none", call("opt", WitValue.None(MaybeString))!.Value.CaseName);
        var strings = Enumerable.Range(1, 8).Select(number => WitValue.String($"s{number}"));
        Assert.Equal("s1,s2,s3,s4,s5,s6,s7,s8,9,10", call("many", [.. strings, WitValue.U32(9), WitValue.U64(10)])!.Value.AsString());
        Assert.Null(call("nothing"));
        return true;
    });

    // SpiderMonkey hands a list<f64> over as a Float64Array, on which this component's map makes no lists.
    [ComponentFact]
    public Task Transposes_a_matrix() => InInstance("js-kitchen-sink-quickjs", call =>
    {
        var row = new ListType(WitType.F64);
        var transposed = call("matrix", WitValue.List(Matrix, WitValue.Packed<double>(row, new double[] { 1, 2 }), WitValue.Packed<double>(row, new double[] { 3, 4 })))!.Value;
        Assert.Equal([1, 3], transposed[0].AsPacked<double>().ToArray());
        Assert.Equal([2, 4], transposed[1].AsPacked<double>().ToArray());
        return true;
    });

    [ComponentTheory, MemberData(nameof(Engines))]
    public Task Gives_results_and_errors(string component) => InInstance(component, call =>
    {
        var (yes, no) = (WitValue.Bool(true), WitValue.Bool(false));
        Assert.Equal("fine", call("res", yes)!.Value.CaseValue!.Value.AsString());
        Assert.Equal("not-found", call("res", no)!.Value.CaseValue!.Value.CaseName);
        Assert.Equal(("ok", "error"), (call("res-empty", yes)!.Value.CaseName, call("res-empty", no)!.Value.CaseName));
        Assert.Equal(42u, call("res-ok-only", yes)!.Value.CaseValue!.Value.AsU32());
        Assert.Equal("error", call("res-ok-only", no)!.Value.CaseName);
        Assert.Equal("bad", call("res-err-only", no)!.Value.CaseValue!.Value.AsString());
        return true;
    });

    [ComponentTheory, MemberData(nameof(Engines))]
    public Task Has_a_resource(string component) => InInstance(component, call =>
    {
        var one = call("[constructor]counter", WitValue.U32(5))!.Value;
        Assert.Equal(7u, call("[method]counter.increment", Borrow(one), WitValue.U32(2))!.Value.AsU32());
        Assert.Equal(7u, call("[method]counter.value", Borrow(one))!.Value.AsU32());
        return true;
    });

    [ComponentFact]
    public Task Merges_two_of_a_resource() => InInstance("js-kitchen-sink-spidermonkey", call =>
    {
        var one = call("[constructor]counter", WitValue.U32(5))!.Value;
        var two = call("[constructor]counter", WitValue.U32(3))!.Value;
        Assert.Equal(8u, call("[method]counter.value", Borrow(call("[static]counter.merge", one, Borrow(two))!.Value))!.Value.AsU32());
        return true;
    });

    [ComponentTheory, MemberData(nameof(Engines))]
    public async Task Traps_where_it_throws(string component) =>
        await Assert.ThrowsAsync<TrapException>(() => InInstance(component, static call => call("trap")));

    private delegate WitValue? Function(string name, params WitValue[] arguments);

    private static WitValue Borrow(WitValue own) => WitValue.Handle(new BorrowType(((OwnType)own.Type).Resource), own.AsHandle());

    private static async Task InInstance<T>(string component, Func<Function, T> test)
    {
        using var state = new WasiState(Policies.Gate(null));
        using var call = new Components.Call(ComponentFiles.Engine, new Components.CallOptions { State = state });
        await ComponentFiles.Engine.RunAsync(call.Store, () =>
        {
            var instance = ComponentFiles.Template(component).New(call);
            return test((name, arguments) =>
            {
                Assert.True(instance.TryFunc(Api + name, out var func), name);
                return func!.Call(arguments).AsTask().GetAwaiter().GetResult();
            });
        }, TimeSpan.FromSeconds(120), CancellationToken.None);
    }

    private static IEnumerable<(string Function, WitValue Value)> Echoes()
    {
        var home = WitValue.Record(Point, WitValue.F64(1.5), WitValue.F64(-2));
        var person = WitValue.Record(Person, WitValue.String("Zoë"), WitValue.U8(42), WitValue.List(Strings, WitValue.String("a"), WitValue.String("")),
            WitValue.Some(new OptionType(Point), home), WitValue.Enum(Color, 2), WitValue.Flags(Perms, 5));
        yield return ("echo-string", WitValue.String("naïve 🎵 \u0000 text"));
        yield return ("echo-string", WitValue.String(""));
        yield return ("echo-bytes", WitValue.Bytes(new byte[] { 0, 127, 255 }));
        yield return ("echo-color", WitValue.Enum(Color, 1));
        yield return ("echo-perms", WitValue.Flags(Perms, 6));
        yield return ("echo-person", person);
        yield return ("echo-people", WitValue.List(new ListType(Person), person, person));
        yield return ("echo-shape", WitValue.Case(Shape, 0));
        yield return ("echo-shape", WitValue.Case(Shape, 1, WitValue.F64(2.5)));
        yield return ("echo-shape", WitValue.Case(Shape, 2, WitValue.Tuple(Corners, home, home)));
        yield return ("echo-shape", WitValue.Case(Shape, 3, person));
        yield return ("opt-opt", WitValue.None(MaybeMaybe));
        yield return ("opt-opt", WitValue.Some(MaybeMaybe, WitValue.Some(MaybeNumber, WitValue.U32(7))));
        yield return ("nested", WitValue.List(new ListType(Nested),
            WitValue.Ok(Nested, WitValue.Some(MaybePair, WitValue.Tuple(Pair, WitValue.String("x"), WitValue.U8(1)))),
            WitValue.Ok(Nested, WitValue.None(MaybePair)),
            WitValue.Err(Nested, WitValue.Case(Err, 1)),
            WitValue.Err(Nested, WitValue.Case(Err, 2, WitValue.S32(-1)))));
    }
}
