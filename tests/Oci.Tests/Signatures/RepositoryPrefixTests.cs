using Tapedeck.Oci.Signatures;
using Xunit;

namespace Tapedeck.Oci.Tests.Signatures;

public sealed class RepositoryPrefixTests
{
    [Theory]
    [InlineData("*", "*")]
    [InlineData("ghcr.io", "ghcr.io")]
    [InlineData("GHCR.io/acme", "ghcr.io/acme")]
    [InlineData("index.docker.io/acme", "docker.io/acme")]
    [InlineData("localhost:5000/a/b", "localhost:5000/a/b")]
    [InlineData("[::1]:5000", "[::1]:5000")]
    public void A_prefix_is_written_as_names_are(string text, string prefix) => Assert.Equal(prefix, Rules.Prefix(text).ToString());

    /// <summary>Each of these would cover nothing, and leave what it is meant for to a weaker rule.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("ghcr.io/")]
    [InlineData("ghcr.io/acme/")]
    [InlineData("ghcr.io//acme")]
    [InlineData("ghcr.io/Acme")]
    [InlineData("ghcr.io/acme:1.0")]
    [InlineData("ghcr.io/acme@sha256:00")]
    [InlineData("oci://ghcr.io/acme")]
    [InlineData("https://ghcr.io")]
    [InlineData("ghcr.io/*")]
    [InlineData("acme/greet")]
    [InlineData("acme")]
    [InlineData("ghcr.io/../acme")]
    public void A_prefix_that_could_cover_nothing_is_refused(string text)
    {
        Assert.Null(RepositoryPrefix.Read(text, out var problem));
        Assert.Contains("ghcr.io/acme", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ghcr.io/acme", "ghcr.io/acme", true)]
    [InlineData("ghcr.io/acme", "ghcr.io/acme/greet", true)]
    [InlineData("ghcr.io/acme", "ghcr.io/acme2", false)]
    [InlineData("ghcr.io", "ghcr.io.evil.example/acme", false)]
    [InlineData("localhost", "localhost:5000/acme", false)]
    [InlineData("*", "/srv/components", true)]
    public void A_prefix_ends_where_a_segment_ends(string prefix, string repository, bool isCovered) =>
        Assert.Equal(isCovered, Rules.Prefix(prefix).Covers(repository));
}
