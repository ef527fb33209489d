using FsCheck;
using Tapedeck.Oci.Signatures;
using Tapedeck.Oci.Signatures.Notation;
using Tapedeck.Oci.Signatures.Reading;
using Xunit;

namespace Tapedeck.Oci.Tests.Signatures.Notation;

public sealed class CborReaderTests
{
    /// <summary>Of the examples of RFC 8949, appendix A, those of the kinds that an envelope uses.</summary>
    [Theory]
    [InlineData("00", 0L)]
    [InlineData("17", 23L)]
    [InlineData("1818", 24L)]
    [InlineData("1903e8", 1000L)]
    [InlineData("1a000f4240", 1000000L)]
    [InlineData("1b000000e8d4a51000", 1000000000000L)]
    [InlineData("20", -1L)]
    [InlineData("3903e7", -1000L)]
    [InlineData("1b7fffffffffffffff", long.MaxValue)]
    [InlineData("3b7fffffffffffffff", long.MinValue)]
    public void An_integer_is_read(string hex, long value) => Assert.Equal(new CborValue.Integer(value), Read(hex));

    [Theory]
    [InlineData("60", "")]
    [InlineData("6449455446", "IETF")]
    [InlineData("62c3bc", "\u00fc")]
    public void A_text_is_read(string hex, string value) => Assert.Equal(new CborValue.Text(value), Read(hex));

    [Fact]
    public void Lists_maps_tags_and_bytes_are_read()
    {
        Assert.Equal([1, 2, 3], ((CborValue.List)Read("83010203")).Items.Select(each => ((CborValue.Integer)each).Value));
        Assert.Equal(new CborValue.Integer(2), ((CborValue.Map)Read("a26161010302")).Items[new CborValue.Integer(3)]);
        Assert.Equal(new CborValue.Tagged(1, new CborValue.Integer(1363896240)), Read("c11a514b67b0"));
        Assert.Equal([1, 2, 3, 4], ((CborValue.Bytes)Read("4401020304")).Value);
        Assert.Equal(new CborValue.Simple(22), Read("f6"));
    }

    [Theory]
    [InlineData("", "cut off", RefusalReason.Malformed)]
    [InlineData("1817", "not in its shortest form", RefusalReason.Malformed)]
    [InlineData("1bffffffffffffffff", "too large", RefusalReason.Malformed)]
    [InlineData("5f42010243030405ff", "indefinite", RefusalReason.Unsupported)]
    [InlineData("9fff", "indefinite", RefusalReason.Unsupported)]
    [InlineData("f93c00", "not known", RefusalReason.Unsupported)]
    [InlineData("f7", "not known", RefusalReason.Unsupported)]
    [InlineData("0000", "followed by other bytes", RefusalReason.Malformed)]
    [InlineData("a201010102", "twice", RefusalReason.Malformed)]
    [InlineData("a1f601", "neither", RefusalReason.Malformed)]
    [InlineData("62ff00", "UTF-8", RefusalReason.Malformed)]
    [InlineData("5b7fffffffffffffff00", "cut off", RefusalReason.Malformed)]
    [InlineData("9b7fffffffffffffff00", "cut off", RefusalReason.Malformed)]
    [InlineData("818181818181818181818101", "nested deeper", RefusalReason.TooLarge)]
    public void What_is_not_of_the_form_is_refused(string hex, string why, RefusalReason reason)
    {
        Assert.False(Readings.Of("it", () => Read(hex)).Is(out _, out var refusal));
        Assert.Equal(reason, refusal!.Reason);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_items_are_refused()
    {
        byte[] many = [0x99, 0x10, 0x00, .. new byte[4096]];
        Assert.False(Readings.Of("it", () => CborReader.Read(many)).Is(out _, out var refusal));
        Assert.Equal(RefusalReason.TooLarge, refusal!.Reason);
    }

    [Fact]
    public void Any_bytes_are_answered() => Prop.ForAll<byte[]>(bytes =>
        Readings.Of("it", () => CborReader.Read(bytes)).Is(out _, out var refusal) || refusal.Message.Length > 0).QuickCheckThrowOnFailure();

    private static CborValue Read(string hex) => CborReader.Read(Convert.FromHexString(hex));
}
