using System.Globalization;
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

    public MountedRoot? TrustedRoot(string? configMap, out string problem)
    {
        var (file, time) = (Below(PodPaths.TrustedRoot), Below(PodPaths.TrustedRootObtainedAt));
        problem = $"{NameOf(configMap)} is not mounted";
        if (!File.Exists(file) || ValueFile.ReadBytes(file, NameOf(configMap), out problem) is not { } json)
        {
            return null;
        }
        // The mounted file is as old as the pod, so the operator says when the root was obtained.
        problem = $"the operator has not said yet when {NameOf(configMap)} was obtained";
        return File.Exists(time) && ValueFile.Read(time, "when the trusted root was obtained", out problem) is { } text && Moment(text, out var at, out problem) ? new MountedRoot(json, at) : null;
    }

    private static bool Moment(string text, out DateTimeOffset at, out string problem)
    {
        var isTime = DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at);
        problem = isTime ? "" : $"{PodPaths.TrustedRootObtainedAt} holds no time; look at the version of the operator";
        return isTime;
    }

    public bool BelievesTools => false;

    private static string NameOf(string? configMap) => configMap is null ? "the installer's trusted root" : $"the trusted root of the ConfigMap {configMap}";

    private string Below(string path) => Path.Combine(root, path.TrimStart('/'));
}
