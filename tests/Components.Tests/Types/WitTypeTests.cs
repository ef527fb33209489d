using Tapedeck.Components.Types;
using Xunit;

namespace Tapedeck.Components.Tests.Types;

public sealed class WitTypeTests
{
    private static readonly ResourceType Counter = new("counter");

    public static TheoryData<WitType, string> Texts => new()
    {
        { WitType.String, "string" },
        { new ListType(WitType.U8), "list<u8>" },
        { new FixedListType(WitType.U8, 4), "list<u8, 4>" },
        { new OptionType(new TupleType(WitType.S64, WitType.Char)), "option<tuple<s64, char>>" },
        { new ResultType(null, null), "result" },
        { new ResultType(WitType.U32, null), "result<u32>" },
        { new ResultType(null, WitType.String), "result<_, string>" },
        { new MapType(WitType.String, WitType.F64), "map<string, f64>" },
        { new RecordType(new Field("a", WitType.Bool), new Field("list", WitType.F32)), "record { a: bool, %list: f32 }" },
        { new VariantType(new Case("none", null), new Case("some", WitType.U8)), "variant { none, some(u8) }" },
        { new EnumType("a", "b"), "enum { a, b }" },
        { new FlagsType("r", "w"), "flags { r, w }" },
        { new OwnType(Counter), "own<counter>" },
        { new BorrowType(Counter), "borrow<counter>" },
        { new StreamType(WitType.U8), "stream<u8>" },
        { new FutureType(null), "future" },
        { WitType.ErrorContext, "error-context" },
    };

    [Theory, MemberData(nameof(Texts))]
    public void Is_written_as_wit(WitType type, string text) => Assert.Equal(text, type.ToString());

    [Theory, MemberData(nameof(Texts))]
    public void Equals_itself_under_another_name_only(WitType type, string text)
    {
        Assert.Equal(type, type.Renamed());
        Assert.Equal(type.GetHashCode(), type.Renamed().GetHashCode());
        Assert.Single(Texts, row => row[0].Equals(type));
        Assert.NotEmpty(text);
    }

    [Fact]
    public void Types_built_alike_are_equal()
    {
        Assert.Equal(Nested("x"), Nested("x"));
        Assert.NotEqual(Nested("x"), Nested("y"));

        static WitType Nested(string name) => new ListType(new RecordType(new Field(name, new OptionType(WitType.U32))));
    }

    [Fact]
    public void Resource_types_are_equal_to_their_aliases_only()
    {
        Assert.Equal(new OwnType(Counter), new OwnType(Counter.Alias("other")));
        Assert.NotEqual<WitType>(new OwnType(Counter), new OwnType(new ResourceType("counter")));
        Assert.NotEqual<WitType>(new OwnType(Counter), new BorrowType(Counter));
    }

    [Fact]
    public void Specialized_types_have_their_expansion()
    {
        Assert.Equal(new VariantType(new Case("none", null), new Case("some", WitType.U8)), new OptionType(WitType.U8).Despecialize());
        Assert.Equal(new VariantType(new Case("ok", null), new Case("error", WitType.U8)), new ResultType(null, WitType.U8).Despecialize());
        Assert.Equal(new VariantType(new Case("a", null)), new EnumType("a").Despecialize());
        Assert.Equal(new RecordType(new Field("0", WitType.U8)), new TupleType(WitType.U8).Despecialize());
        Assert.Equal(new ListType(new TupleType(WitType.U8, WitType.S8)), new MapType(WitType.U8, WitType.S8).Despecialize());
        Assert.Same(WitType.String, WitType.String.Despecialize());
    }

    [Fact]
    public void Counts_its_parts_with_repetitions()
    {
        WitType type = WitType.U8;
        for (var i = 0; i < 40; i++)
        {
            type = new TupleType(type, type);
        }
        Assert.Equal((int.MaxValue, 41), (type.Nodes, type.Depth));
        // To write it all would never end.
        Assert.EndsWith("...", type.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Knows_what_is_in_it()
    {
        Assert.Equal(TypeContents.Pointer, new OptionType(WitType.String).Contents);
        Assert.Equal(TypeContents.Resource | TypeContents.Borrow, new TupleType(new BorrowType(Counter)).Contents);
        Assert.Equal(TypeContents.Async, new TupleType(new StreamType(null)).Contents);
        Assert.Equal(TypeContents.None, new RecordType(new Field("a", WitType.F32)).Contents);
    }
}
