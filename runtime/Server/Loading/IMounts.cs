using Tapedeck.Policy.Specs;
using Tapedeck.Policy.Storage;

namespace Tapedeck.Server.Loading;

/// <summary>Where the volumes and values are that a policy names: mounted into a pod, or given on the command line of a laptop.</summary>
internal interface IMounts
{
    /// <summary>The folder that stands for a volume, or null and what to do about it.</summary>
    string? FolderOf(Volume volume, out string problem);

    /// <summary>The value of a key as it is now, or null and what to do about it. The problem never holds a value.</summary>
    string? ValueOf(KeySource source, out string problem);

    /// <summary>The trusted root that a ConfigMap of that name holds, or null and what to do about it.</summary>
    /// <param name="configMap">Null is the installer's.</param>
    MountedRoot? TrustedRoot(string? configMap, out string problem);

    /// <summary>Tools and policies are one person's, so that whomever a tool trusts counts for policies: on a laptop, and in no cluster.</summary>
    bool BelievesTools { get; }
}
