using Tapedeck.Manifest.Specs;
using Tapedeck.Operator.Children;
using Tapedeck.Operator.Tools;
using Xunit;

namespace Tapedeck.Operator.Tests.Children;

/// <summary>What the installer says of registries, in the arguments of the pods that pull from them.</summary>
public sealed class RegistrySettingsTests
{
    [Fact]
    public void Pods_are_told_what_the_installer_says_of_their_own_registry_alone()
    {
        var settings = Given.Settings with
        {
            TokenHosts = [new("ghcr.io", "login.example"), new("other.example", "gitlab.example")],
            Mirrors = [new("ghcr.io", "mirror.example:5000"), new("docker.io", "mirror.example:5000")],
            ContainerImages = true,
        };
        var plan = Planning.Plan(Given.Observed(Given.Tool(Given.Plain), Given.Found), settings);
        var container = plan.Children.Single(child => child.Resource == Kinds.Deployments).Object.Find("spec", "template", "spec", "containers")!.Value[0];
        var arguments = string.Join(' ', container.GetProperty("args").EnumerateArray().Select(one => one.GetString()));
        Assert.EndsWith(" --token-host ghcr.io=login.example --mirror ghcr.io=mirror.example:5000 --container-images", arguments, StringComparison.Ordinal);
        Assert.DoesNotContain("other.example", arguments, StringComparison.Ordinal);
        Assert.DoesNotContain("docker.io", arguments, StringComparison.Ordinal);
    }

    /// <summary>Else an option would do nothing, and nobody would be told.</summary>
    [Theory]
    [InlineData("registry.example:443", "registry.example/a", "443 5000")]
    [InlineData("registry.example", "registry.example:443/a", "443 5000")]
    [InlineData("index.docker.io", "docker.io/a", "443 5000")]
    [InlineData("registry-1.docker.io", "acme/a", "443 5000")]
    [InlineData("[0:0:0:0:0:0:0:1]:8443", "[::1]:8443/a", "443 5000 8443")]
    public void A_registry_is_found_however_an_option_spells_it(string registry, string repository, string ports)
    {
        var settings = Given.Settings with
        {
            TokenHosts = [RegistryHost.Parse($"{registry}=login.example", mayHavePort: false)!],
            Mirrors = [RegistryHost.Parse($"{registry}=mirror.example:5000", mayHavePort: true)!],
        };
        var source = new OciSource(repository, new(ArtifactRefKind.Tag, "v1"));
        var place = RegistryPlace.Of(source, settings);
        Assert.Equal(ports, string.Join(' ', place.Ports));
        Assert.Contains("login.example", place.Names.Select(name => name.ToString()));
        Assert.Equal((source.Registry, source.Registry), (settings.TokenHosts[0].Registry, settings.Mirrors[0].Registry));
    }

    [Theory]
    [InlineData("r.example:443/a", "443")]
    [InlineData("r.example:80/a", "80 443")]
    [InlineData("r.example/a", "80 443")]
    public void A_registry_without_TLS_is_on_the_port_that_is_written(string repository, string ports) =>
        Assert.Equal(ports, string.Join(' ', RegistryPlace.Of(new OciSource(repository, new(ArtifactRefKind.Tag, "v1")) { PlainHttp = true }, Given.Settings).Ports));

    [Theory]
    [InlineData("registry.example=gitlab.example", true, true)]
    [InlineData("registry.example:5000=gitlab.example:8443", false, true)]
    [InlineData("Registry.example=gitlab.example", false, false)]
    [InlineData("registry.example", false, false)]
    [InlineData("=gitlab.example", false, false)]
    [InlineData("registry.example=", false, false)]
    [InlineData("registry.example=https://gitlab.example", false, false)]
    public void A_host_is_named_for_a_registry(string text, bool isTokenHost, bool isMirror) =>
        Assert.Equal((isTokenHost, isMirror), (RegistryHost.Parse(text, mayHavePort: false)?.ToString() == text, RegistryHost.Parse(text, mayHavePort: true)?.ToString() == text));
}
