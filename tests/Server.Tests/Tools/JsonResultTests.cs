using System.Buffers;
using System.Text.Json;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Server.Tools;
using Xunit;

namespace Tapedeck.Server.Tests.Tools;

public sealed class JsonResultTests
{
    public static TheoryData<string, WitValue, string> Written => new()
    {
        { "u64 that a double holds", WitValue.U64(1UL << 53), "9007199254740992" },
        { "u64 that no double holds", WitValue.U64((1UL << 53) + 1), "\"9007199254740993\"" },
        { "s64 that no double holds", WitValue.S64(long.MinValue), "\"-9223372036854775808\"" },
        { "a float that is none", WitValue.F64(double.NaN), "\"NaN\"" },
        { "a 32-bit float in its own digits", WitValue.F32(0.1f), "0.1" },
        { "bytes", WitValue.Bytes(new byte[] { 1, 2 }), "\"AQI=\"" },
        { "nothing in an option", WitValue.None(new OptionType(WitType.U8)), "null" },
        { "a case", WitValue.Case(new VariantType(new Case("a", WitType.Bool)), 0, WitValue.Bool(true)), "{\"tag\":\"a\",\"val\":true}" },
        { "a result", WitValue.Err(new ResultType(null, WitType.String), WitValue.String("no")), "{\"err\":\"no\"}" },
        { "flags", WitValue.Flags(new FlagsType("a", "b"), 3), "[\"a\",\"b\"]" },
    };

    [Theory, MemberData(nameof(Written))]
    public void Is_written(string name, WitValue value, string json) => Assert.Equal(json, RoundTripTests.Json(value));

    [Fact]
    public void Nothing_is_null() => Assert.Equal("null", RoundTripTests.Json(null));

    public static TheoryData<string, WitValue> Large => new()
    {
        { "a text", WitValue.String(new string('a', 10_000)) },
        { "bytes", WitValue.Bytes(new byte[10_000]) },
        { "a list", WitValue.List(new ListType(WitType.U32), [.. Enumerable.Repeat(WitValue.U32(7), 10_000)]) },
        { "a text that grows by its escapes", WitValue.String(new string('\u0001', 900)) },
    };

    [Theory, MemberData(nameof(Large))]
    public void What_is_larger_than_the_limit_is_not_written(string name, WitValue value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        Assert.False(JsonResult.TryWrite(writer, value, most: 1_000));
        Assert.True(writer.BytesPending + writer.BytesCommitted < 8_000);
    }
}
