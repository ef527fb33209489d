using Tapedeck.Wasm.Binary;
using Xunit;

namespace Tapedeck.Wasm.Tests.Binary;

public class WasmReaderTests
{
    [Theory]
    [InlineData("zero", "00", 0u)]
    [InlineData("the largest of one byte", "7F", 127u)]
    [InlineData("the smallest of two bytes", "8001", 128u)]
    [InlineData("the largest", "FFFFFFFF0F", uint.MaxValue)]
    [InlineData("padded to five bytes", "8380808000", 3u)]
    public void Reads_u32(string name, string hex, uint expected)
    {
        var reader = Reader(hex);
        Assert.Equal(expected, reader.ReadU32());
        Assert.True(reader.AtEnd, name);
    }

    [Theory]
    [InlineData("zero", "00", 0)]
    [InlineData("minus one", "7F", -1)]
    [InlineData("sixty-three, which needs no second byte", "3F", 63)]
    [InlineData("sixty-four, which needs one for its sign", "C000", 64)]
    [InlineData("the smallest", "8080808078", int.MinValue)]
    [InlineData("the largest", "FFFFFFFF07", int.MaxValue)]
    [InlineData("minus one, padded", "FFFFFFFF7F", -1)]
    public void Reads_s32(string name, string hex, int expected)
    {
        var reader = Reader(hex);
        Assert.Equal(expected, reader.ReadS32());
        Assert.True(reader.AtEnd, name);
    }

    [Theory]
    [InlineData("minus one", "7F", -1)]
    [InlineData("the smallest", "8080808080808080807F", long.MinValue)]
    [InlineData("the largest", "FFFFFFFFFFFFFFFFFF00", long.MaxValue)]
    public void Reads_s64(string name, string hex, long expected)
    {
        var reader = Reader(hex);
        Assert.Equal(expected, reader.ReadS64());
        Assert.True(reader.AtEnd, name);
    }

    [Theory]
    [InlineData("u32 of six bytes", 32, false, "808080808000", "integer representation too long")]
    [InlineData("u32 with a bit beyond the 32nd", 32, false, "8080808010", "integer too large")]
    [InlineData("u32 with a far bit beyond the 32nd", 32, false, "8080808040", "integer too large")]
    [InlineData("u32 that ends early", 32, false, "8080", "unexpected end")]
    [InlineData("u64 of eleven bytes", 64, false, "8080808080808080808000", "integer representation too long")]
    [InlineData("u64 with a bit beyond the 64th", 64, false, "80808080808080808002", "integer too large")]
    [InlineData("s32 of six bytes", 32, true, "FFFFFFFFFF7F", "integer representation too long")]
    [InlineData("s32 whose unused bits are not the sign", 32, true, "FFFFFFFF0F", "integer too large")]
    [InlineData("s32 whose unused bits are not the sign of a negative", 32, true, "8080808070", "integer too large")]
    [InlineData("s33 whose unused bits are not the sign", 33, true, "8080808020", "integer too large")]
    [InlineData("s64 whose unused bits are not the sign", 64, true, "FFFFFFFFFFFFFFFFFF01", "integer too large")]
    public void Refuses_an_integer(string name, int bits, bool isSigned, string hex, string expected)
    {
        var refusal = Assert.Throws<InvalidModuleException>(() =>
        {
            var reader = Reader(hex);
            return (bits, isSigned) switch
            {
                (32, false) => reader.ReadU32(),
                (64, false) => (long)reader.ReadU64(),
                (32, true) => reader.ReadS32(),
                _ => reader.ReadSigned(bits),
            };
        });
        Assert.True(refusal.Message.Contains(expected, StringComparison.Ordinal), $"{name}: {refusal.Message}");
        Assert.Equal(InvalidModuleReason.Malformed, refusal.Reason);
    }

    [Theory]
    [InlineData("a lone continuation byte", "80")]
    [InlineData("an overlong slash", "C0AF")]
    [InlineData("an overlong form of three bytes", "E080AF")]
    [InlineData("a surrogate", "EDA080")]
    [InlineData("beyond the last code point", "F4908080")]
    [InlineData("a sequence that ends early", "E282")]
    [InlineData("a byte that never occurs", "FF")]
    public void Refuses_a_name_that_is_not_utf8(string name, string hex)
    {
        var refusal = Assert.Throws<InvalidModuleException>(() =>
        {
            var reader = Reader($"{hex.Length / 2:X2}{hex}");
            return reader.ReadName(100);
        });
        Assert.True(refusal.Message.StartsWith("malformed UTF-8 encoding", StringComparison.Ordinal), name);
    }

    [Fact]
    public void Keeps_zero_bytes_and_byte_order_marks_in_a_name()
    {
        var reader = Reader("05 00 EFBBBF 61");
        Assert.Equal("\0\uFEFFa", reader.ReadName(100));
    }

    private static WasmReader Reader(string hex) => new(ModuleBytes.Hex(hex), 0, "test");
}
