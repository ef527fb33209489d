using Tapedeck.Manifest;
using Tapedeck.Policy.Specs;
using Tapedeck.Policy.Storage;

namespace Tapedeck.Server.Loading;

/// <summary>What the operator mounted.</summary>
/// <param name="root">The file system's root; tests have one of their own.</param>
internal sealed class PodMounts(string root = "/") : IMounts
{
    public string? FolderOf(Volume volume, out string problem)
    {
        var folder = Below(PodPaths.OfVolume(volume.Name));
        problem = $"the volume {volume.Name} is not mounted; wait for the roll-out that mounts it";
        return Directory.Exists(folder) ? folder : null;
    }

    public string? ValueOf(KeySource source, out string problem)
    {
        problem = "";
        return source.Kind == KeySourceKind.Value ? source.Text : ValueFile.Read(Below(PodPaths.OfKey(source)), $"the key {source.Text} of {source.Kind} {source.Object}", out problem);
    }

    public byte[]? TrustedRoot(string? configMap, out string problem)
    {
        var file = Below(PodPaths.TrustedRoot);
        problem = $"{NameOf(configMap)} is not mounted";
        return File.Exists(file) ? ValueFile.ReadBytes(file, NameOf(configMap), out problem) : null;
    }

    public bool BelievesTools => false;

    private static string NameOf(string? configMap) => configMap is null ? "the installer's trusted root" : $"the trusted root of the ConfigMap {configMap}";

    private string Below(string path) => Path.Combine(root, path.TrimStart('/'));
}
