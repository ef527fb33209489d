using Tapedeck.Manifest.Specs;
using Tapedeck.Oci;
using Tapedeck.Policy.Specs;
using Xunit;

namespace Tapedeck.Manifest.Tests;

/// <summary>Policies and pulls are two parts that know nothing of each other, and they have to see one repository in all spellings of it.</summary>
public sealed class RepositorySpellingTests
{
    [Theory]
    [InlineData("ghcr.io/acme/weather", "ghcr.io")]
    [InlineData("ghcr.io:443/acme/weather", "ghcr.io")]
    [InlineData("ghcr.io:0443/acme/weather", "ghcr.io")]
    [InlineData("ghcr.io:80/acme/weather", "ghcr.io:80")]
    [InlineData("ghcr.io:8443/acme/weather", "ghcr.io:8443")]
    [InlineData("localhost/weather", "localhost")]
    [InlineData("localhost:05000/weather", "localhost:5000")]
    [InlineData("acme/weather", "docker.io")]
    [InlineData("docker.io/weather", "docker.io")]
    [InlineData("index.docker.io:443/weather", "docker.io")]
    [InlineData("registry-1.docker.io/acme/weather", "docker.io")]
    [InlineData("registry-1.docker.io:5000/acme/weather", "registry-1.docker.io:5000")]
    [InlineData("[0:0::1]:5000/weather", "[::1]:5000")]
    [InlineData("[2001:db8::0a]/weather", "[2001:db8::a]")]
    [InlineData("127.1:5000/weather", "127.0.0.1:5000")]
    [InlineData("010.0.0.1/weather", "8.0.0.1")]
    [InlineData("[::ffff:10.0.0.5]:5000/weather", "10.0.0.5:5000")]
    [InlineData("docker.io:80/weather", "docker.io:80")]
    public void A_policy_calls_a_repository_what_a_pull_calls_it(string text, string registry)
    {
        var name = Reference.Parse(text).Required.Name;
        Assert.True(RepositoryPrefix.TryParse(name, out var prefix, out _));
        Assert.Equal(name, prefix.Value);
        Assert.True(prefix.Contains(text));
        Assert.Equal(registry, new OciSource(text, new ArtifactRef(ArtifactRefKind.Tag, "1")).Registry);
    }
}
