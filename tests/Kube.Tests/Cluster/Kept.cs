namespace Tapedeck.Kube.Tests.Cluster;

/// <summary>Programs that the scripts of tests/Cluster built or fetched once for a machine.</summary>
internal static class Kept
{
    /// <summary>The folder of etcd and kube-apiserver.</summary>
    internal static string ApiServer => Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS") is { Length: > 0 } assets ? assets : Folder("CLUSTER_HOME", "cluster");

    /// <summary>The folder that a script keeps its programs in.</summary>
    /// <param name="variable">Names the script's own place.</param>
    /// <param name="name">That of its place in the user's cache.</param>
    internal static string Folder(string variable, string name)
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } given ? given : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(Environment.GetEnvironmentVariable(variable) ?? Path.Combine(cache, "tapedeck", name), "bin");
    }

    /// <summary>A program on the PATH, else the one that is kept; null where there is neither.</summary>
    internal static string? Program(string name, string kept) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, name)).Append(kept).FirstOrDefault(File.Exists);
}
