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
    [InlineData("ghcr.io:443/acme", "ghcr.io/acme")]
    [InlineData("ghcr.io:0443", "ghcr.io")]
    [InlineData("ghcr.io:80/acme", "ghcr.io/acme")]
    [InlineData("registry-1.docker.io/acme", "docker.io/acme")]
    [InlineData("[0:0::1]:5000/acme", "[::1]:5000/acme")]
    [InlineData("[::ffff:a00:5]:5000/acme", "10.0.0.5:5000/acme")]
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

    /// <summary>Else a tool would be pulled past the rule for its repository by a port that is the scheme's own.</summary>
    [Theory]
    [InlineData("ghcr.io/acme", "ghcr.io:443/acme/x")]
    [InlineData("ghcr.io/acme", "ghcr.io:00443/acme/x")]
    [InlineData("ghcr.io/acme", "ghcr.io:80/acme/x")]
    [InlineData("ghcr.io:443/acme", "ghcr.io/acme/x")]
    [InlineData("localhost:5000/acme", "localhost:05000/acme/x")]
    [InlineData("docker.io/acme", "acme/x")]
    [InlineData("docker.io/acme", "index.docker.io:443/acme/x")]
    [InlineData("docker.io/acme", "registry-1.docker.io/acme/x")]
    [InlineData("docker.io/acme", "registry-1.docker.io:443/acme/x")]
    [InlineData("docker.io/acme", "registry-1.docker.io:80/acme/x")]
    [InlineData("docker.io/library", "registry-1.docker.io/x")]
    [InlineData("docker.io/x", "docker.io/x")]
    [InlineData("docker.io/x", "x")]
    [InlineData("registry-1.docker.io/acme", "docker.io/acme/x")]
    [InlineData("[::1]:5000/acme", "[0:0:0:0:0:0:0:1]:5000/acme/x")]
    [InlineData("[2001:db8::a]/acme", "[2001:DB8::A]:443/acme/x")]
    [InlineData("127.0.0.1:5000/acme", "127.1:5000/acme/x")]
    [InlineData("10.0.0.5:5000/acme", "[::ffff:10.0.0.5]:5000/acme/x")]
    [InlineData("[::ffff:10.0.0.5]/acme", "10.0.0.5:443/acme/x")]
    public void A_prefix_covers_a_repository_however_its_registry_is_spelt(string prefix, string repository)
    {
        var rule = new VerificationRule(Rules.Prefix(prefix), SignatureMode.Require, []);
        Assert.Same(rule, new VerificationPolicy([rule]).RuleFor(Reference.Parse(repository).Required.Name));
    }

    [Theory]
    [InlineData("ghcr.io/acme", "ghcr.io:8443/acme/x")]
    [InlineData("docker.io/acme", "registry-1.docker.io:5000/acme/x")]
    [InlineData("[::1]:5000/acme", "[::2]:5000/acme/x")]
    public void Another_port_is_another_registry(string prefix, string repository) =>
        Assert.False(Rules.Prefix(prefix).Covers(Reference.Parse(repository).Required.Name));

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
