using System.Text;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Server.Tools;
using Xunit;

namespace Tapedeck.Server.Tests.Tools;

public sealed class JsonArgumentsTests
{
    private static readonly RecordType Point = new(new Field("x", WitType.S32), new Field("label", new OptionType(WitType.String)));
    private static readonly VariantType Shape = new(new Case("none", null), new Case("circle", WitType.F64), new Case("maybe", new OptionType(WitType.U8)));
    private static readonly OptionType Nested = new(new OptionType(WitType.U8));

    public static TheoryData<string, WitType, string, string> Accepted => new()
    {
        { "a whole number with a point", WitType.U8, "1.0", "1" },
        { "a whole number with an exponent", WitType.S32, "1e3", "1000" },
        { "a whole number of many zeros", WitType.S32, "-100.000000000000000000000000000000000000000e-2", "-1" },
        { "nothing with an exponent", WitType.U8, "0.0e-99999999999999999999", "0" },
        { "u64 with an exponent", WitType.U64, "1844674407370955161.5E+1", "18446744073709551615" },
        { "u64 as a text", WitType.U64, "\"18446744073709551615\"", "18446744073709551615" },
        { "u64 as a number", WitType.U64, "18446744073709551615", "18446744073709551615" },
        { "s64 as a text", WitType.S64, "\"-9223372036854775808\"", "-9223372036854775808" },
        { "the float that is none", WitType.F32, "\"NaN\"", "nan" },
        { "negative infinity", WitType.F64, "\"-Infinity\"", "-inf" },
        { "bytes in base64", new ListType(WitType.U8), "\"AQI=\"", "[1, 2]" },
        { "bytes as an array", new ListType(WitType.U8), "[1,2]", "[1, 2]" },
        { "an option that is not there", Point, "{\"x\":1}", "{x: 1, label: none}" },
        { "an option that is null", Point, "{\"label\":null,\"x\":1}", "{x: 1, label: none}" },
        { "an option that is there", Point, "{\"label\":\"a\",\"x\":1}", "{x: 1, label: some(\"a\")}" },
        { "no option in an option", Nested, "null", "none" },
        { "an option of nothing in an option", Nested, "{\"some\":null}", "some(none)" },
        { "an option of something in an option", Nested, "{\"some\":7}", "some(some(7))" },
        { "a case without payload", Shape, "{\"tag\":\"none\"}", "%none" },
        { "a case whose tag comes last", Shape, "{\"val\":1.5,\"tag\":\"circle\"}", "circle(1.5)" },
        { "a case of an option that is not there", Shape, "{\"tag\":\"maybe\"}", "maybe(none)" },
        { "a character beyond the first plane", WitType.Char, "\"\\ud83d\\ude00\"", "'\U0001F600'" },
        { "a result that is well", new ResultType(null, WitType.String), "{\"ok\":null}", "ok" },
        { "a result that is not", new ResultType(null, WitType.String), "{\"err\":\"no\"}", "err(\"no\")" },
        { "flags", new FlagsType("a", "b"), "[\"b\"]", "{b}" },
    };

    [Theory, MemberData(nameof(Accepted))]
    public void Is_read(string name, WitType type, string json, string value)
    {
        var read = Read(type, json, out var problem);
        Assert.Equal("", problem);
        Assert.Equal(value, read.ToString());
    }

    public static TheoryData<string, WitType, string, string> Refused => new()
    {
        { "a number that is too large", WitType.U8, "256", "$.v: expected an integer from 0 to 255, but found 256" },
        { "a number that is too small", WitType.U8, "-1", "$.v: expected an integer from 0 to 255, but found -1" },
        { "a number that is nearly nothing", WitType.S32, "1e-30", "$.v: expected an integer from -2147483648 to 2147483647, but found 1e-30" },
        { "a number that is nearly one", WitType.S32, "0.99999999999999999999999999999999", "but found 0.99999999999999999999999999999999" },
        { "a number that is more than one by little", WitType.U64, "1.00000000000000000000000000000000001", "but found 1.00000000000000000000000000000000001" },
        { "a number without end", WitType.U64, "1e99999999999999999999", "but found 1e99999999999999999999" },
        { "u64 beyond by one digit", WitType.U64, "184467440737095516150", "but found 184467440737095516150" },
        { "half a number", WitType.S32, "1.5", "$.v: expected an integer from -2147483648 to 2147483647, but found 1.5" },
        { "a small number as a text", WitType.S32, "\"1\"", "$.v: expected an integer from -2147483648 to 2147483647, but found \"1\"" },
        { "u64 beyond", WitType.U64, "\"18446744073709551616\"", "$.v: expected an integer from 0 to 18446744073709551615, as a number or a text, but found \"18446744073709551616\"" },
        { "a number with leading zeros", WitType.U64, "\"01\"", "as a number or a text, but found \"01\"" },
        { "minus nothing", WitType.S64, "\"-0\"", "as a number or a text, but found \"-0\"" },
        { "a truth as a number", WitType.Bool, "1", "$.v: expected true or false, but found 1" },
        { "a float beyond 32 bits", WitType.F32, "1e300", "$.v: expected a number that a 32-bit float can hold" },
        { "a float beyond 64 bits", WitType.F64, "1e999", "$.v: expected a number, or NaN" },
        { "two characters", WitType.Char, "\"ab\"", "$.v: expected a text of one character, but found \"ab\"" },
        { "no character", WitType.Char, "\"\"", "$.v: expected a text of one character, but found \"\"" },
        { "half a character", WitType.Char, "\"\\ud83d\"", "$.v: expected a text of one character" },
        { "half a character in a text", WitType.String, "\"a\\udc00\"", "$.v: expected a text of valid Unicode" },
        { "null as a text", WitType.String, "null", "$.v: expected a text of valid Unicode, but found null" },
        { "no base64", new ListType(WitType.U8), "\"A\"", "$.v: expected bytes in base64, or an array of them, but found \"A\"" },
        { "a byte that is none", new ListType(WitType.U8), "[1,256]", "$.v[1]: expected an integer from 0 to 255, but found 256" },
        { "an object as a list", new ListType(WitType.String), "{}", "$.v: expected an array, but found an object" },
        { "an unknown member", Point, "{\"x\":1,\"y\":2}", "$.v: unknown member \"y\"; known here: x, label" },
        { "a missing member", Point, "{}", "$.v: expected the member x, but found nothing" },
        { "a member twice", Point, "{\"x\":1,\"x\":2}", "$.v.x: is there twice" },
        { "deep inside", new ListType(Point), "[{\"x\":1},{\"x\":\"a\"}]", "$.v[1].x: expected an integer" },
        { "a tuple that is too short", new TupleType(WitType.U8, WitType.U8), "[1]", "$.v: expected 2 items, but found 1" },
        { "a tuple that is too long", new TupleType(WitType.U8), "[1,2]", "$.v: expected 1 items, but found more" },
        { "a fixed list that is too short", new FixedListType(WitType.U8, 2), "[1]", "$.v: expected 2 items, but found 1" },
        { "an unknown flag", new FlagsType("a"), "[\"b\"]", "$.v[0]: expected one of a, but found \"b\"" },
        { "a flag twice", new FlagsType("a"), "[\"a\",\"a\"]", "$.v[1]: is there twice" },
        { "an unknown label", new EnumType("a", "b"), "\"c\"", "$.v: expected one of a, b, but found \"c\"" },
        { "an unknown case", Shape, "{\"tag\":\"square\"}", "$.v: expected one of none, circle, maybe, but found \"square\"" },
        { "no case", Shape, "{}", "$.v: expected the member tag: one of none, circle, maybe" },
        { "a case without its payload", Shape, "{\"tag\":\"circle\"}", "$.v: expected the member val, which the case circle carries, but found nothing" },
        { "a payload without need", Shape, "{\"tag\":\"none\",\"val\":1}", "$.v.val: the case none carries nothing" },
        { "two tags", Shape, "{\"tag\":\"none\",\"tag\":\"none\"}", "$.v: expected tag and val, each once" },
        { "a case and more", Shape, "{\"tag\":\"none\",\"x\":1}", "$.v: expected tag and val, each once, but found \"x\"" },
        { "both sides of a result", new ResultType(null, null), "{\"ok\":null,\"err\":null}", "$.v: expected one member, but found \"err\" as well" },
        { "no side of a result", new ResultType(null, null), "{}", "$.v: expected the member ok or err, but found nothing" },
        { "a bare value in an option in an option", Nested, "7", "$.v: expected an object with some, but found 7" },
    };

    [Theory, MemberData(nameof(Refused))]
    public void Is_refused_with_its_path(string name, WitType type, string json, string problem)
    {
        Read(type, json, out var found);
        Assert.Contains(problem, found, StringComparison.Ordinal);
    }

    [Fact]
    public void No_arguments_are_an_empty_object() => Assert.Empty(JsonArguments.Read([], new RecordType(), 1 << 20, out _)!);

    [Fact]
    public void Arguments_that_are_no_object_are_refused()
    {
        Assert.Null(JsonArguments.Read("[1]"u8, new RecordType(), 1 << 20, out var problem));
        Assert.Equal("$: expected an object, but found an array", problem);
    }

    [Fact]
    public void A_list_that_would_take_more_memory_than_the_limit_is_refused_before_it_is_made()
    {
        var json = "[" + string.Join(',', Enumerable.Repeat("null", 100_000)) + "]";
        Read(new ListType(new OptionType(WitType.U8)), json, out var problem, budget: 1 << 20);
        Assert.Contains("the arguments take more memory than the limit allows", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void JSON_that_is_deeper_than_any_type_is_refused()
    {
        Read(WitType.U8, new string('[', 1_000) + new string(']', 1_000), out var problem);
        Assert.Contains("$.v: expected an integer", problem, StringComparison.Ordinal);
    }

    private static WitValue Read(WitType type, string json, out string problem, long budget = 1 << 24) =>
        JsonArguments.Read(Encoding.UTF8.GetBytes($"{{\"v\":{json}}}"), new RecordType(new Field("v", type)), budget, out problem)?[0] ?? default;
}
