using Tapedeck.Policy;
using Tapedeck.Policy.Specs;
using Tapedeck.Policy.Storage;
using Tapedeck.Wasi.Calls;

namespace Tapedeck.Server.Loading;

/// <summary>What calls of a tool are given by the grants in force: values of keys, and folders.</summary>
internal sealed class GrantedOptions(Gate gate, IMounts mounts, TimeProvider time)
{
    /// <summary>What is granted and cannot be given, such as a volume that is not mounted.</summary>
    internal IEnumerable<string> Problems(Grants grants)
    {
        foreach (var preopen in grants.Preopens)
        {
            if (mounts.FolderOf(preopen.Volume, out var problem) is null)
            {
                yield return problem;
            }
        }
        foreach (var entry in grants.Environment.Concat(grants.Config))
        {
            if (mounts.ValueOf(entry.Source, out var problem) is null)
            {
                yield return problem;
            }
        }
    }

    /// <summary>Values are read anew for each call, so that a rotated Secret is seen by the next one. What cannot be given is left out, and a status says so.</summary>
    internal WasiOptions Now()
    {
        var grants = gate.Current;
        return new WasiOptions
        {
            Environment = [.. grants.Environment.SelectMany(Value)],
            Config = [.. grants.Config.SelectMany(Value)],
            Preopens = [.. grants.Preopens
                .Where(preopen => preopen.Access != StorageAccess.None)
                .Select(preopen => (Preopen: preopen, Folder: mounts.FolderOf(preopen.Volume, out _)))
                .Where(pair => pair.Folder is not null)
                .Select(pair => new HostPreopen(pair.Preopen.Path.Value, pair.Folder!) { SubPath = pair.Preopen.SubPath })],
            Time = time,
        };
    }

    private IEnumerable<KeyValuePair<string, string>> Value(KeyEntry entry) =>
        mounts.ValueOf(entry.Source, out _) is { } value ? [new(entry.Name, value)] : [];
}
