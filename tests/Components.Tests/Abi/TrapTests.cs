using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasm;
using Xunit;
using static Tapedeck.Components.Tests.Abi.Code;
using FuncType = Tapedeck.Components.Types.FuncType;

namespace Tapedeck.Components.Tests.Abi;

/// <summary>What the canonical ABI says must trap, traps, with a text that says why; the guests lie in their results.</summary>
public sealed class TrapTests
{
    private static readonly WitType Three = new VariantType(new Case("a", null), new Case("b", WitType.U64), new Case("c", WitType.String));
    private static readonly WitType Pages = new ListType(new ListType(WitType.U8));

    private static readonly Dictionary<string, (WitType Result, string Body, StringEncoding Encoding, string Text)> Lies = new()
    {
        ["a result area that is not aligned"] = (WitType.String, Returning(18), 0, "unaligned pointer"),
        ["a result area beyond the memory"] = (WitType.String, Returning(65536), 0, "out of bounds"),
        ["a result area that ends beyond the memory"] = (WitType.String, Returning(65532), 0, "out of bounds"),
        ["a result area at the end of the address space"] = (WitType.String, Returning(-4), 0, "out of bounds"),
        ["a string beyond the memory"] = (WitType.String, Pair(65530, 7), 0, "out of bounds"),
        ["an empty string beyond the memory"] = (WitType.String, Pair(65537, 0), 0, "out of bounds"),
        ["a string that wraps around"] = (WitType.String, Pair(-1, 2), 0, "out of bounds"),
        ["a string of 4 GiB"] = (WitType.String, Pair(0, -1), 0, "out of bounds"),
        ["a string one byte longer than allowed"] = (WitType.String, Pair(0, 1 << 28), 0, "too long"),
        ["UTF-8 that is none"] = (WitType.String, Pair(32, 1, StoreByte(32, 0xFF)), 0, "invalid utf-8"),
        ["UTF-8 that is cut"] = (WitType.String, Pair(32, 1, StoreByte(32, 0xC3)), 0, "invalid utf-8"),
        ["UTF-8 that is longer than needed"] = (WitType.String, Pair(32, 2, StoreByte(32, 0xC0) + StoreByte(33, 0x80)), 0, "invalid utf-8"),
        ["UTF-8 of a surrogate"] = (WitType.String, Pair(32, 3, StoreByte(32, 0xED) + StoreByte(33, 0xA0) + StoreByte(34, 0x80)), 0, "invalid utf-8"),
        ["UTF-16 that is not aligned"] = (WitType.String, Pair(33, 1), StringEncoding.Utf16, "unaligned pointer"),
        ["UTF-16 with half a pair"] = (WitType.String, Pair(32, 1, StoreByte(33, 0xD8)), StringEncoding.Utf16, "invalid utf-16"),
        ["UTF-16 with a pair the wrong way round"] = (WitType.String, Pair(32, 2, StoreByte(33, 0xDC) + StoreByte(35, 0xD8)), StringEncoding.Utf16, "invalid utf-16"),
        ["UTF-16 one code unit longer than allowed"] = (WitType.String, Pair(32, 1 << 27), StringEncoding.Utf16, "too long"),
        ["Latin-1 that is not aligned"] = (WitType.String, Pair(33, 1), StringEncoding.Latin1OrUtf16, "unaligned pointer"),
        ["tagged UTF-16 with half a pair"] = (WitType.String, Pair(32, int.MinValue + 1, StoreByte(33, 0xDC)), StringEncoding.Latin1OrUtf16, "invalid utf-16"),
        ["tagged UTF-16 beyond the memory"] = (WitType.String, Pair(32, int.MinValue + 32768), StringEncoding.Latin1OrUtf16, "out of bounds"),
        ["a list that is not aligned"] = (new ListType(WitType.U64), Pair(36, 1), 0, "unaligned pointer"),
        ["an empty list that is not aligned"] = (new ListType(WitType.U16), Pair(1, 0), 0, "unaligned pointer"),
        ["a list beyond the memory"] = (new ListType(WitType.U64), Pair(65528, 2), 0, "out-of-bounds"),
        ["a list whose size overflows 32 bits"] = (new ListType(WitType.U64), Pair(0, 1 << 29), 0, "too long"),
        ["an inner list beyond the memory"] = (Pages, Pair(32, 1, StoreI32(32, I32(-1)) + StoreI32(36, I32(2))), 0, "out-of-bounds"),
        ["a case that the variant has not"] = (Three, "00" + StoreByte(16, 3) + I32(16) + "0B", 0, "invalid variant discriminant"),
        ["a string in a variant beyond the memory"] = (Three, "00" + StoreByte(16, 2) + StoreI32(24, I32(-1)) + StoreI32(28, I32(1)) + I32(16) + "0B", 0, "out of bounds"),
        ["a label that the enum has not"] = (new EnumType("a", "b"), Returning(2), 0, "invalid variant discriminant"),
        ["a negative label"] = (new EnumType("a", "b"), Returning(-1), 0, "invalid variant discriminant"),
        ["an option that is neither"] = (new OptionType(WitType.U8), "00" + StoreByte(16, 2) + I32(16) + "0B", 0, "invalid variant discriminant"),
        ["a result that is neither"] = (new ResultType(null, null), Returning(2), 0, "invalid variant discriminant"),
        ["a char that is a surrogate"] = (WitType.Char, Returning(0xD800), 0, "invalid `char` bit pattern"),
        ["a char beyond Unicode"] = (WitType.Char, Returning(0x11_0000), 0, "invalid `char` bit pattern"),
        ["a char of 32 bits"] = (WitType.Char, Returning(-1), 0, "invalid `char` bit pattern"),
        ["a char in a list"] = (new ListType(WitType.Char), Pair(32, 2, StoreI32(36, I32(0xDFFF))), 0, "invalid `char` bit pattern"),
        ["a char in a tuple"] = (new TupleType(WitType.U8, WitType.Char), "00" + StoreI32(20, I32(0xDFFF)) + I32(16) + "0B", 0, "invalid `char` bit pattern"),
    };

    public static TheoryData<string> Names => [.. Lies.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_lie_about_a_result_traps(string name)
    {
        var (result, body, encoding, text) = Lies[name];
        var trap = Assert.Throws<TrapException>(() => Guests.Run(Guests.Running(new FuncType([], result), body, encoding), new Linker()));
        Assert.Contains(text, trap.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(65537, "beyond end of memory")]
    [InlineData(-1, "beyond end of memory")]
    [InlineData(65535, "beyond end of memory")]
    [InlineData(0, null)]
    public void What_realloc_returns_for_bytes_is_checked(int pointer, string? text) => ReallocReturns(pointer, WitValue.Bytes(new byte[] { 1, 2 }), text);

    [Theory]
    [InlineData(4, "not aligned")]
    [InlineData(65529, "not aligned")]
    [InlineData(65536, "beyond end of memory")]
    [InlineData(65528, null)]
    public void What_realloc_returns_for_numbers_is_checked(int pointer, string? text) =>
        ReallocReturns(pointer, WitValue.Packed<double>(new ListType(WitType.F64), new[] { 1.0 }), text);

    [Theory]
    [InlineData(0, "a 1 byte case")]
    [InlineData(2, "any bit")]
    [InlineData(-1, "all bits")]
    public void A_bool_is_true_if_it_is_not_zero(int value, string _) =>
        Assert.Equal(value != 0, Guests.Run(Guests.Running(new FuncType([], WitType.Bool), Returning(value)), new Linker())!.Value.AsBool());

    [Fact]
    public void Small_integers_are_cut_to_their_size()
    {
        Assert.Equal(0xFE, Guests.Run(Guests.Running(new FuncType([], WitType.U8), Returning(0x1FE)), new Linker())!.Value.AsU8());
        Assert.Equal(-2, Guests.Run(Guests.Running(new FuncType([], WitType.S8), Returning(0x1FE)), new Linker())!.Value.AsS8());
        Assert.Equal(-2, Guests.Run(Guests.Running(new FuncType([], WitType.S16), Returning(0x1FFFE)), new Linker())!.Value.AsS16());
        var flags = new FlagsType("a", "b", "c");
        Assert.Equal(0b101u, Guests.Run(Guests.Running(new FuncType([], flags), Returning(0xFD)), new Linker())!.Value.AsFlags());
    }

    [Fact]
    public void A_value_of_another_type_is_the_callers_fault()
    {
        (WitType Type, WitValue Value)[] wrong =
        [
            (WitType.U8, WitValue.U16(1)),
            (WitType.String, WitValue.U8(1)),
            (new ListType(WitType.U32), WitValue.Bytes(new byte[3])),
            (new ListType(WitType.String), WitValue.Bytes(new byte[3])),
            (new TupleType(WitType.U8, WitType.U8), WitValue.Tuple(new TupleType(WitType.U8), WitValue.U8(1))),
            (new EnumType("a"), WitValue.Enum(new EnumType("a", "b"), 1)),
            (new OptionType(WitType.U8), WitValue.Some(new OptionType(WitType.U16), WitValue.U16(1))),
            (new FlagsType("a"), WitValue.U32(1)),
            (new FixedListType(WitType.U8, 2), WitValue.Packed<byte>(new FixedListType(WitType.U8, 3), new byte[3])),
            (WitType.U8, default),
        ];
        foreach (var (type, value) in wrong)
        {
            var failure = Record.Exception(() => Guests.Run(Guests.PassingOn(Guests.EchoType(type)), new Linker().Add(Guests.Echo(Guests.EchoType(type))), value));
            Assert.True(failure is ArgumentException or InvalidOperationException or TrapException, $"{type}: {failure}");
        }
    }

    private static void ReallocReturns(int pointer, WitValue argument, string? text)
    {
        var guest = Guests.Running(new FuncType([new("v", argument.Type)], null), "00 0B", allocator: Guests.AllocatorReturning(pointer));
        if (text is null)
        {
            Assert.Null(Guests.Run(guest, new Linker(), argument));
        }
        else
        {
            Assert.Contains(text, Assert.Throws<TrapException>(() => Guests.Run(guest, new Linker(), argument)).Message, StringComparison.Ordinal);
        }
    }
}
