using Tapedeck.Policy.Specs;
using Tapedeck.Policy.Storage;

namespace Tapedeck.Server.Loading;

/// <summary>What the command line named: <c>--volume name=DIR</c>, <c>--secret name=FILE</c>, <c>--trusted-root FILE</c>.</summary>
/// <param name="volumes">Folders by the names of volumes.</param>
/// <param name="values">Files by <c>object</c> or <c>object/key</c> of Secrets and ConfigMaps; a folder holds a file for each key.</param>
internal sealed class LaptopMounts(IReadOnlyDictionary<string, string> volumes, IReadOnlyDictionary<string, string> values, string? trustedRoot) : IMounts
{
    public string? FolderOf(Volume volume, out string problem)
    {
        problem = $"the volume {volume.Name} has no folder; start with --volume {volume.Name}=DIR";
        if (!volumes.TryGetValue(volume.Name, out var folder))
        {
            return null;
        }
        problem = $"the folder {folder} of the volume {volume.Name} does not exist; make it, or name another one by --volume {volume.Name}=DIR";
        return Directory.Exists(folder) ? folder : null;
    }

    public string? ValueOf(KeySource source, out string problem)
    {
        problem = "";
        if (source.Kind == KeySourceKind.Value)
        {
            return source.Text;
        }
        var key = $"{source.Object}/{source.Text}";
        if (!values.TryGetValue(key, out var file) && !values.TryGetValue(source.Object, out file))
        {
            problem = $"the key {source.Text} of {source.Kind} {source.Object} has no file; start with --secret {key}=FILE";
            return null;
        }
        return ValueFile.Read(Directory.Exists(file) ? Path.Combine(file, source.Text) : file, $"the key {source.Text} of {source.Kind} {source.Object}", out problem);
    }

    public MountedRoot? TrustedRoot(string? configMap, out string problem)
    {
        var name = configMap is null ? "the trusted root" : $"the trusted root of the ConfigMap {configMap}";
        problem = $"{name} has no file; start with --trusted-root FILE";
        return trustedRoot is not null ? RootOf(trustedRoot, name, out problem) : null;
    }

    public bool BelievesTools => true;

    /// <summary>A trusted root of a laptop is as old as its file.</summary>
    internal static MountedRoot? RootOf(string file, string what, out string problem) =>
        ValueFile.ReadBytes(file, what, out var writtenAt, out problem) is { } json ? new MountedRoot(json, writtenAt) : null;
}
