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

    [Theory]
    [InlineData("registry.example=gitlab.example", true, true)]
    [InlineData("registry.example:5000=gitlab.example:8443", false, true)]
    [InlineData("registry.example", false, false)]
    [InlineData("=gitlab.example", false, false)]
    [InlineData("registry.example=", false, false)]
    [InlineData("registry.example=https://gitlab.example", false, false)]
    public void A_host_is_named_for_a_registry(string text, bool isTokenHost, bool isMirror) =>
        Assert.Equal((isTokenHost, isMirror), (RegistryHost.Parse(text, mayHavePort: false)?.ToString() == text, RegistryHost.Parse(text, mayHavePort: true)?.ToString() == text));
}
