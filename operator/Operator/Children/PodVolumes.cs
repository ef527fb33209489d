using System.Text.Json.Nodes;
using Tapedeck.Manifest;
using Tapedeck.Manifest.Specs;
using Tapedeck.Policy;
using Tapedeck.Policy.Limits;
using Tapedeck.Policy.Specs;
using Tapedeck.Policy.Storage;

namespace Tapedeck.Operator.Children;

/// <summary>What is mounted into a pod, and where. The runtime reads files, and the operator never a value.</summary>
internal sealed class PodVolumes
{
    /// <summary>The volume with what a pod is to serve.</summary>
    internal const string ToolVolume = "tool";

    internal const string PolicyVolume = "policy";

    private const int ReadableByGroup = 0x120; // 0440

    private readonly List<(string Name, JsonObject Source, string Path, bool IsReadOnly)> _all = [];

    /// <summary>In an order that depends on nothing but what they are.</summary>
    internal static PodVolumes Of(WasmTool tool, string toolConfigMap, Grants grants, Settings settings)
    {
        var volumes = new PodVolumes();
        volumes.Add(ToolVolume, ConfigMap(toolConfigMap), FolderOf(PodPaths.Tool));
        // The folder and no single file of it: kubelet does not update files that are mounted by themselves.
        volumes.Add(PolicyVolume, ConfigMap(Names.PolicyConfigMap(tool.Name)), FolderOf(PodPaths.Policy));
        volumes.Add("cache", EmptyDir(settings.CacheBytes), PodPaths.Cache, isReadOnly: false);
        volumes.Add("tmp", Json.Object(("emptyDir", RuntimeContainer.Scratch())), "/tmp", isReadOnly: false);
        volumes.AddOfSpec(tool.Spec, toolConfigMap, settings);
        volumes.AddGranted(grants);
        return volumes;
    }

    internal JsonArray Volumes()
    {
        var all = new JsonArray();
        foreach (var (name, source, _, _) in _all)
        {
            var volume = Json.Object(("name", name));
            foreach (var (field, value) in source)
            {
                volume[field] = value!.DeepClone();
            }
            all.Add((JsonNode)volume);
        }
        return all;
    }

    internal JsonArray Mounts() => Json.Array(_all.Select(volume => (JsonNode?)Json.Object(
        ("name", volume.Name), ("mountPath", volume.Path), ("readOnly", volume.IsReadOnly ? JsonValue.Create(true) : null))));

    private void AddOfSpec(WasmToolSpec spec, string toolConfigMap, Settings settings)
    {
        var source = (OciSource)spec.Component;
        foreach (var secret in source.PullSecrets)
        {
            // Whole, since which key it has depends on its type. A pod reads logins once, so that it has to wait for them.
            Add(Names.Volume("pull", secret), Secret(secret, [], isOptional: false), $"{PodPaths.PullSecrets}/{secret}");
        }
        if (source.CertificateConfigMap is { } authorities)
        {
            Add("ca", ConfigMap(authorities, "ca.crt"), FolderOf(PodPaths.RegistryCertificates));
        }
        if (spec.Verify is { } verify && (verify.TrustedRootConfigMap ?? (verify.NeedsTrustedRoot && settings.TrustedRoot is not null ? toolConfigMap : null)) is { } root)
        {
            Add("trust", ConfigMap(root, ConfigMapChildren.RootKey), FolderOf(PodPaths.TrustedRoot));
        }
        if (spec.Endpoint.TlsSecret is { } tls)
        {
            Add("tls", Secret(tls, ["tls.crt", "tls.key"], isOptional: false), PodPaths.Tls);
        }
        if (spec.Endpoint.BearerToken is { } token)
        {
            var items = Json.Array(Json.Object(("key", token.Key), ("path", Path.GetFileName(PodPaths.BearerToken))));
            Add("token", Json.Object(("secret", Json.Object(("secretName", token.Name), ("defaultMode", ReadableByGroup), ("items", items)))),
                FolderOf(PodPaths.BearerToken));
        }
    }

    private void AddGranted(Grants grants)
    {
        // One volume may be shown at several paths; the runtime picks the folders.
        foreach (var group in grants.Preopens.Where(preopen => preopen.Access != StorageAccess.None).GroupBy(preopen => preopen.Volume.Name).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var isWritten = group.Any(preopen => preopen.Access.HasFlag(StorageAccess.Write));
            Add($"v-{Names.Hash(group.Key)}", SourceOf(group.First().Volume), PodPaths.OfVolume(group.Key), isReadOnly: !isWritten);
        }
        var references = grants.Environment.Concat(grants.Config).Select(entry => entry.Source).Where(source => source.Kind != KeySourceKind.Value);
        foreach (var group in references.GroupBy(source => (source.Kind, source.Object)).OrderBy(group => group.Key.Kind).ThenBy(group => group.Key.Object, StringComparer.Ordinal))
        {
            // A Secret that is not there yet keeps no pod from starting: the runtime says what it lacks, and reads it when it comes.
            string[] keys = [.. group.Select(source => source.Text).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            var isSecret = group.Key.Kind == KeySourceKind.Secret;
            Add(Names.Volume(isSecret ? "secret" : "configmap", group.Key.Object),
                isSecret ? Secret(group.Key.Object, keys, isOptional: true) : Optional(ConfigMap(group.Key.Object, keys)),
                FolderOf(PodPaths.OfKey(group.First())));
        }
    }

    private void Add(string name, JsonObject source, string path, bool isReadOnly = true) => _all.Add((name, source, path, isReadOnly));

    private static JsonObject SourceOf(Volume volume) => volume.Kind switch
    {
        VolumeKind.EmptyDir => EmptyDir(volume.SizeLimit),
        VolumeKind.PersistentVolumeClaim => Json.Object(("persistentVolumeClaim", Json.Object(("claimName", volume.Source)))),
        VolumeKind.ConfigMap => Optional(ConfigMap(volume.Source)),
        _ => Secret(volume.Source, [], isOptional: true),
    };

    private static JsonObject EmptyDir(long bytes) => Json.Object(("emptyDir", Json.Object(("sizeLimit", Quantity.Format(bytes)))));

    private static JsonObject ConfigMap(string name, params string[] keys) =>
        Json.Object(("configMap", Json.Object(("name", name), ("items", Items(keys)))));

    private static JsonObject Secret(string name, string[] keys, bool isOptional) => Json.Object(("secret", Json.Object(
        ("secretName", name), ("defaultMode", ReadableByGroup), ("items", Items(keys)), ("optional", isOptional ? JsonValue.Create(true) : null))));

    private static JsonObject Optional(JsonObject configMap)
    {
        configMap["configMap"]!["optional"] = true;
        return configMap;
    }

    private static JsonArray? Items(string[] keys) =>
        Json.Array(keys.Select(key => (JsonNode?)Json.Object(("key", key), ("path", key)))).OrNull();

    private static string FolderOf(string file) => Path.GetDirectoryName(file)!;
}
