using Tapedeck.Conformance.WasmCore;
using Xunit;

namespace Tapedeck.Conformance.Tests.WasmCore;

public sealed class LaneTests
{
    [Theory]
    [InlineData("i8", "-1", 0xFFul)]
    [InlineData("i16", "-32768", 0x8000ul)]
    [InlineData("i32", "4294967295", 0xFFFF_FFFFul)]
    [InlineData("i32", "-1", 0xFFFF_FFFFul)]
    [InlineData("i64", "-9223372036854775808", 0x8000_0000_0000_0000ul)]
    [InlineData("i64", "18446744073709551615", ulong.MaxValue)]
    [InlineData("f32", "2143289344", 0x7FC0_0000ul)]
    public void Parses_the_bits_of(string type, string text, ulong bits) => Assert.Equal(bits, Lane.Parse(type, text));

    [Theory]
    [InlineData("canonical", "f32", "nan:canonical", 0x7FC0_0000ul, true)]
    [InlineData("canonical, negative", "f32", "nan:canonical", 0xFFC0_0000ul, true)]
    [InlineData("a payload is not canonical", "f32", "nan:canonical", 0x7FC0_0001ul, false)]
    [InlineData("infinity is no NaN", "f32", "nan:canonical", 0x7F80_0000ul, false)]
    [InlineData("a payload is arithmetic", "f32", "nan:arithmetic", 0xFFC0_0001ul, true)]
    [InlineData("a signalling NaN is not arithmetic", "f32", "nan:arithmetic", 0x7FA0_0000ul, false)]
    [InlineData("canonical", "f64", "nan:canonical", 0xFFF8_0000_0000_0000ul, true)]
    [InlineData("a payload is not canonical", "f64", "nan:canonical", 0x7FF8_0000_0000_0001ul, false)]
    [InlineData("a payload is arithmetic", "f64", "nan:arithmetic", 0x7FFC_0000_0000_0001ul, true)]
    [InlineData("a signalling NaN is not arithmetic", "f64", "nan:arithmetic", 0x7FF4_0000_0000_0000ul, false)]
    [InlineData("zeros differ by their sign", "f64", "0", 0x8000_0000_0000_0000ul, false)]
    public void Matches_a_pattern(string name, string type, string pattern, ulong bits, bool matches) =>
        Assert.True(Lane.Matches(type, pattern, bits) == matches, name);

    [Theory]
    [InlineData("i8")]
    [InlineData("i16")]
    [InlineData("f32")]
    [InlineData("i64")]
    public void Reads_the_lane_that_was_written(string type)
    {
        var vector = new byte[16];
        var last = (16 / Lane.Bytes(type)) - 1;
        var bits = Lane.Parse(type, "-2");
        Lane.Write(type, vector, last, bits);
        Assert.Equal(bits, Lane.Read(type, vector, last));
        Assert.Equal(0ul, Lane.Read(type, vector, last - 1));
    }
}
