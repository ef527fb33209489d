using Tapedeck.Oci.Registries;
using Xunit;

namespace Tapedeck.Oci.Tests.Registries;

public sealed class ChallengeTests
{
    [Theory]
    [InlineData("Basic realm=\"demo\"", "basic(realm=demo)")]
    [InlineData("basic", "basic()")]
    [InlineData("Bearer realm=\"https://a/t\",service=\"s\",scope=\"repository:a:pull,push\"", "bearer(realm=https://a/t service=s scope=repository:a:pull,push)")]
    [InlineData("Bearer realm=token, Service=s", "bearer(realm=token service=s)")]
    [InlineData("Bearer realm = \"a\" , service = \"s\"", "bearer(realm=a service=s)")]
    [InlineData("Basic realm=\"a\", Bearer realm=\"b\"", "basic(realm=a) bearer(realm=b)")]
    [InlineData("Negotiate, Basic realm=\"a\"", "negotiate() basic(realm=a)")]
    [InlineData("Bearer realm=\"a \\\"quoted\\\" b\"", "bearer(realm=a \"quoted\" b)")]
    [InlineData("Bearer realm=\"first\",realm=\"second\"", "bearer(realm=first)")]
    [InlineData("Bearer realm=\"unended", "bearer() realm()")]
    [InlineData("", "")]
    [InlineData(",,,", "")]
    [InlineData("=", "")]
    [InlineData("\"Bearer\"", "")]
    public void Challenges_are_read_from_one_header(string header, string expected) =>
        Assert.Equal(expected, string.Join(' ', Challenge.Parse([header]).Select(Show)));

    [Fact]
    public void Challenges_are_read_from_several_headers() =>
        Assert.Equal(["basic", "bearer"], Challenge.Parse(["Basic realm=\"a\"", "Bearer realm=\"b\""]).Select(challenge => challenge.Scheme));

    [Fact]
    public void A_header_of_many_challenges_has_an_end() => Assert.Equal(16, Challenge.Parse([string.Join(", ", Enumerable.Repeat("Basic", 1000))]).Count);

    private static string Show(Challenge challenge) => $"{challenge.Scheme}({string.Join(' ', challenge.Parameters.Select(pair => $"{pair.Key}={pair.Value}"))})";
}
