using System.Text;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Xunit;

namespace Tapedeck.Components.Tests.Values;

public sealed class WitValueTests
{
    private static readonly RecordType Point = new(new Field("x", WitType.S32), new Field("name", WitType.String));
    private static readonly VariantType Shape = new(new Case("empty", null), new Case("circle", WitType.F64));
    private static readonly OptionType Maybe = new(WitType.U8);
    private static readonly ResultType Outcome = new(null, WitType.String);
    private static readonly FlagsType Access = new("read", "write");

    public static TheoryData<WitValue, string> Texts => new()
    {
        { WitValue.Bool(true), "true" },
        { WitValue.S8(-1), "-1" },
        { WitValue.U64(ulong.MaxValue), "18446744073709551615" },
        { WitValue.S64(long.MinValue), "-9223372036854775808" },
        { WitValue.F32(0.5f), "0.5" },
        { WitValue.F64(double.NaN), "nan" },
        { WitValue.F64(double.NegativeInfinity), "-inf" },
        { WitValue.Char(new Rune('\'')), @"'\''" },
        { WitValue.String("a\"b\n\u0001"), @"""a\""b\n\u{1}""" },
        { WitValue.Bytes(new byte[] { 1, 2 }), "[1, 2]" },
        { WitValue.List(new ListType(WitType.String), WitValue.String("a"), WitValue.String("b")), "[\"a\", \"b\"]" },
        { WitValue.Record(Point, WitValue.S32(1), WitValue.String("p")), "{x: 1, name: \"p\"}" },
        { WitValue.Tuple(new TupleType(WitType.U8, WitType.Bool), WitValue.U8(1), WitValue.Bool(false)), "(1, false)" },
        { WitValue.Case(Shape, 0), "empty" },
        { WitValue.Case(Shape, 1, WitValue.F64(2)), "circle(2)" },
        { WitValue.None(Maybe), "none" },
        { WitValue.Some(Maybe, WitValue.U8(3)), "some(3)" },
        { WitValue.Ok(Outcome), "ok" },
        { WitValue.Err(Outcome, WitValue.String("no")), "err(\"no\")" },
        { WitValue.Enum(new EnumType("on", "off"), 1), "off" },
        { WitValue.Enum(new EnumType("none"), 0), "%none" },
        { WitValue.Flags(Access, 0b10), "{write}" },
    };

    [Theory, MemberData(nameof(Texts))]
    public void Is_written_as_wave(WitValue value, string text) => Assert.Equal(text, value.ToString());

    [Theory, MemberData(nameof(Texts))]
    public void Equals_no_other_value(WitValue value, string text)
    {
        Assert.Single(Texts, row => row[0].Equals(value));
        Assert.NotEmpty(text);
    }

    [Fact]
    public void Takes_sixteen_bytes() => Assert.Equal(16, System.Runtime.CompilerServices.Unsafe.SizeOf<WitValue>());

    [Fact]
    public void A_list_of_scalars_is_packed_and_takes_what_its_items_take()
    {
        var items = Enumerable.Range(0, 1_000_000).Select(i => WitValue.U8((byte)i)).ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var list = WitValue.List(new ListType(WitType.U8), items);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1_000_000, 1_010_000);
        Assert.Equal((1_000_000, 255), (list.Count, list[255].AsU8()));
        Assert.Equal(list, WitValue.Bytes(list.AsBytes().ToArray()));
    }

    [Fact]
    public void A_list_over_memory_copies_nothing()
    {
        var bytes = new byte[1000];
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(WitValue.Bytes(bytes).AsBytes(), out var segment));
        Assert.Same(bytes, segment.Array);
    }

    [Fact]
    public void Gives_what_it_was_made_of()
    {
        var record = WitValue.Record(Point, WitValue.S32(-7), WitValue.String("p"));
        Assert.Equal((-7, "p"), (record["x"].AsS32(), record[1].AsString()));
        var circle = WitValue.Case(Shape, 1, WitValue.F64(2));
        Assert.Equal((1, "circle", 2.0), (circle.CaseIndex, circle.CaseName, circle.CaseValue!.Value.AsF64()));
        Assert.Null(WitValue.Case(Shape, 0).CaseValue);
        Assert.Equal(0b01u, WitValue.Flags(Access, 0b1101).AsFlags());
        Assert.Equal(sbyte.MinValue, WitValue.S8(sbyte.MinValue).AsS8());
        Assert.Equal(new Rune(0x1F600), WitValue.Char(new Rune(0x1F600)).AsChar());
        var resource = new object();
        Assert.Same(resource, WitValue.Handle(new OwnType(new ResourceType("r")), resource).AsHandle());
    }

    [Fact]
    public void Is_not_read_as_what_it_is_not()
    {
        Assert.Throws<InvalidOperationException>(() => WitValue.U8(1).AsS8());
        Assert.Throws<InvalidOperationException>(() => WitValue.U8(1).AsString());
        Assert.Throws<InvalidOperationException>(() => WitValue.String("a").CaseIndex);
        Assert.Throws<InvalidOperationException>(() => default(WitValue).Type);
        Assert.Throws<InvalidOperationException>(() => WitValue.Record(Point, WitValue.S32(1), WitValue.String(""))["y"]);
    }

    [Fact]
    public void Is_not_made_of_what_does_not_fit()
    {
        Assert.Throws<ArgumentException>(() => WitValue.Record(Point, WitValue.S32(1)));
        Assert.Throws<ArgumentException>(() => WitValue.Case(Shape, 2));
        Assert.Throws<ArgumentException>(() => WitValue.Case(Shape, 0, WitValue.U8(1)));
        Assert.Throws<ArgumentException>(() => WitValue.Case(Shape, 1));
        Assert.Throws<ArgumentException>(() => WitValue.Packed<int>(new ListType(WitType.U32), new int[1]));
        Assert.Throws<ArgumentException>(() => WitValue.List(new FixedListType(WitType.String, 2), WitValue.String("a")));
        Assert.Throws<ArgumentException>(() => WitValue.Handle(WitType.U8, new object()));
    }

    [Fact]
    public void There_is_one_nan()
    {
        var odd = BitConverter.UInt64BitsToDouble(0x7FF8_0000_0000_0001);
        Assert.Equal(WitValue.F64(double.NaN), WitValue.F64(odd));
        Assert.Equal(WitValue.Packed<double>(new ListType(WitType.F64), new[] { double.NaN }), WitValue.Packed<double>(new ListType(WitType.F64), new[] { odd }));
        Assert.NotEqual(WitValue.F64(0.0), WitValue.F64(-0.0));
    }
}
