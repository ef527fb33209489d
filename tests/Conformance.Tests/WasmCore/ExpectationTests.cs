using System.Runtime.Intrinsics;
using System.Text.Json;
using Tapedeck.Conformance.WasmCore;
using Tapedeck.Wasm;
using Xunit;

namespace Tapedeck.Conformance.Tests.WasmCore;

public sealed class ExpectationTests
{
    [Theory]
    [InlineData("out of bounds memory access", "out of bounds memory access", true)]
    [InlineData("incompatible import type: m.f", "incompatible import type", true)]
    [InlineData("uninitialized element", "uninitialized element 2", true)]
    [InlineData("undefined element", "uninitialized element", false)]
    [InlineData("", "unreachable", false)]
    public void A_message_says_what_is_expected(string message, string expected, bool says) =>
        Assert.Equal(says, Expectation.Says(message, expected));

    [Theory]
    [InlineData("""["1","2","3","4"]""", true)]
    [InlineData("""["1","2","3","5"]""", false)]
    public void Every_lane_counts(string lanes, bool passes) =>
        Assert.Equal(passes, Passes($$"""{"type":"v128","lane_type":"i32","value":{{lanes}}}""", Value.V128(Vector128.Create(1, 2, 3, 4).AsByte())));

    [Theory]
    [InlineData("""{"type":"f32","value":"nan:canonical"}""", 0x7FC0_0000, true)]
    [InlineData("""{"type":"f32","value":"nan:canonical"}""", 0x7FC0_0001, false)]
    [InlineData("""{"type":"f32","value":"2139095040"}""", 0x7F80_0000, true)]
    public void A_float_is_its_bits(string expected, int bits, bool passes) =>
        Assert.Equal(passes, Passes(expected, Value.F32(BitConverter.Int32BitsToSingle(bits))));

    [Theory]
    [InlineData("""{"type":"externref","value":"7"}""", true, false)]
    [InlineData("""{"type":"externref","value":"8"}""", false, false)]
    [InlineData("""{"type":"externref"}""", true, false)]
    [InlineData("""{"type":"externref","value":"null"}""", false, true)]
    [InlineData("""{"type":"refnull"}""", false, true)]
    [InlineData("""{"type":"nullexternref"}""", false, true)]
    public void A_reference_is_the_object_that_the_script_gave(string expected, bool seven, bool none)
    {
        using var engine = new Engine();
        using var store = engine.NewStore();
        engine.Run(() =>
        {
            Assert.Equal(seven, Passes(expected, store.ExternRef(7u), store));
            Assert.Equal(none, Passes(expected, Value.Null, store));
            return true;
        });
    }

    private static bool Passes(string expected, Value actual)
    {
        using var engine = new Engine();
        using var store = engine.NewStore();
        return Passes(expected, actual, store);
    }

    private static bool Passes(string expected, Value actual, Store store) => Expectation.Compare([Read(expected)], [actual], store) == Outcome.Passed;

    private static Literal Read(string json) => JsonSerializer.Deserialize<Literal>(json, Script.Format)!;
}
