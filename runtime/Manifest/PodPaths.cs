using Tapedeck.Policy.Specs;

namespace Tapedeck.Manifest;

/// <summary>Where the operator mounts what a runtime pod reads, and on which ports the runtime listens.</summary>
public static class PodPaths
{
    /// <summary>The tool, of a ConfigMap whose change is a roll-out.</summary>
    public const string Tool = "/etc/tapedeck/tool/tool.json";

    /// <summary>The policies, of a ConfigMap of stable name, whose change is none. The folder is mounted, so that kubelet updates it.</summary>
    public const string Policy = "/etc/tapedeck/policy/policy.json";

    /// <summary><c>tls.crt</c> and <c>tls.key</c>.</summary>
    public const string Tls = "/etc/tapedeck/tls";

    public const string BearerToken = "/etc/tapedeck/token/token";

    /// <summary>A folder each with a <c>.dockerconfigjson</c> or <c>.dockercfg</c>, named as the Secrets.</summary>
    public const string PullSecrets = "/etc/tapedeck/pull";

    public const string RegistryCertificates = "/etc/tapedeck/ca/ca.crt";

    public const string TrustedRoot = "/etc/tapedeck/trust/trusted_root.json";

    /// <summary>When that root was obtained, in UTC and whole seconds. Beside the policies: it changes, and that is no roll-out.</summary>
    public const string TrustedRootObtainedAt = "/etc/tapedeck/policy/trusted-root-obtained-at";

    /// <summary>The code cache and the pulled components.</summary>
    public const string Cache = "/var/cache/tapedeck";

    public const int McpPort = 8080;
    public const int OperationsPort = 9090;

    /// <summary>Bytes that the runtime itself takes of a pod's memory, besides the memory of calls.</summary>
    public const long RuntimeMemory = 256L << 20;

    /// <summary>The mounted volume of a storage entry.</summary>
    public static string OfVolume(string name) => $"/var/run/tapedeck/volumes/{name}";

    /// <summary>The mounted file with a key of a Secret or ConfigMap.</summary>
    /// <exception cref="ArgumentException">The source is a value.</exception>
    public static string OfKey(KeySource source) => source.Kind switch
    {
        KeySourceKind.Secret => $"/var/run/tapedeck/secrets/{source.Object}/{source.Text}",
        KeySourceKind.ConfigMap => $"/var/run/tapedeck/configmaps/{source.Object}/{source.Text}",
        _ => throw new ArgumentException("a value has no file", nameof(source)),
    };
}
