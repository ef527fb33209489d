namespace Tapedeck.Oci.Tests;

/// <summary>Manifests that real tools made, as files under <c>Data</c>.</summary>
internal static class GivenManifests
{
    internal static byte[] Read(string file) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", file));
}
