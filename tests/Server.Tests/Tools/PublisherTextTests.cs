using Tapedeck.Server.Tools;
using Xunit;

namespace Tapedeck.Server.Tests.Tools;

public sealed class PublisherTextTests
{
    [Theory]
    [InlineData("bidi", "safe \u202Egnp.exe\u2069 \u200Ftext", "safe gnp.exe text")]
    [InlineData("terminal", "\u001B[2J\u001B]0;title\u0007text\r\b", "[2J]0;titletext")]
    [InlineData("invisible", "a\u200Bb\uFEFFc\u00ADd\U000E0041", "abcd")]
    [InlineData("lines", " one\n\ttwo\u2028three\u0085 ", "one\n\ttwothree")]
    [InlineData("half a pair", "a\uD800b", "ab")]
    [InlineData("other scripts", "grüße, 東京 👍", "grüße, 東京 👍")]
    public void What_is_not_text_to_see_is_taken_out(string name, string text, string expected) => Assert.Equal(expected, PublisherText.Clean(text, 100));

    [Fact]
    public void A_text_is_cut_between_characters() => Assert.Equal("abc", PublisherText.Clean("abc👍d", 4));
}
