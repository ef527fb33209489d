using Xunit;

namespace Tapedeck.Oci.Tests;

/// <summary>A theory that needs docker-registry and its storage.</summary>
public sealed class DockerRegistryTheoryAttribute : TheoryAttribute
{
    public DockerRegistryTheoryAttribute() => Skip = DockerRegistry.Missing;
}
