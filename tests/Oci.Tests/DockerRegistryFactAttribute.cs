using Xunit;

namespace Tapedeck.Oci.Tests;

/// <summary>A fact that needs docker-registry and its storage.</summary>
public sealed class DockerRegistryFactAttribute : FactAttribute
{
    public DockerRegistryFactAttribute() => Skip = DockerRegistry.Missing;
}
