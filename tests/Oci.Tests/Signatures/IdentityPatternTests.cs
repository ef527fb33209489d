using Tapedeck.Oci.Signatures;
using Xunit;

namespace Tapedeck.Oci.Tests.Signatures;

public sealed class IdentityPatternTests
{
    [Theory]
    [InlineData("https://github\\.com/acme/.*", "https://github.com/acme/release", true)]
    [InlineData("https://github\\.com/acme/.*", "https://evil.example/?https://github.com/acme/release", false)]
    [InlineData("https://github\\.com/acme/[a-z]+", "https://github.com/acme/release/more", false)]
    [InlineData("a|b", "ab", false)]
    [InlineData("^a@example\\.com$", "a@example.com", true)]
    [InlineData("^a@example\\.com$", "a@example.com\n", false)]
    [InlineData("a@example.com", "A@example.com", false)]
    public void An_expression_has_to_meet_the_whole_text(string expression, string text, bool isMet) =>
        Assert.Equal(isMet, IdentityPattern.Matching(expression, out _)!.IsMatch(text));

    [Theory]
    [InlineData("")]
    [InlineData(".*")]
    [InlineData(".+")]
    [InlineData("(?s).*")]
    [InlineData("(a|.*)")]
    [InlineData("(")]
    [InlineData("a)|(?:b")]
    [InlineData("(a)\\1")]
    [InlineData("a(?=b)b")]
    public void An_expression_that_anybody_meets_or_that_may_take_forever_is_refused(string expression)
    {
        Assert.Null(IdentityPattern.Matching(expression, out var problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void A_hostile_text_takes_time_in_proportion_to_its_length()
    {
        var pattern = IdentityPattern.Matching("(x+x+)+y", out _)!;
        Assert.False(pattern.IsMatch(new string('x', 100_000)));
    }

    [Fact]
    public void An_exact_identity_is_exact()
    {
        Assert.True(IdentityPattern.Exactly("a.b").IsMatch("a.b"));
        Assert.False(IdentityPattern.Exactly("a.b").IsMatch("a-b"));
        Assert.False(IdentityPattern.Exactly("a.b").IsMatch("a.b "));
        Assert.Throws<ArgumentException>(() => IdentityPattern.Exactly(""));
    }
}
