using System.Text.Json;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Config;

/// <summary>Reads kubeconfig files.
/// <see href="https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/"/></summary>
/// <remarks>Kubeconfigs are YAML, and this project has no reader of YAML: the program that has one hands it in.
/// RATIONALE.md, "Why does Kube not read YAML?"</remarks>
public static class KubeConfig
{
    private const long LargestFile = 16 << 20;

    /// <summary>The files that kubectl would read: those of <c>KUBECONFIG</c>, or <c>~/.kube/config</c>.</summary>
    public static IReadOnlyList<string> DefaultFiles() =>
        Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } list
            ? list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            : [Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config")];

    /// <summary>Reads files as kubectl does: of several entries of one name the first counts, and so does the first current context. A file that
    /// is not there is passed over as long as there is another.</summary>
    /// <param name="yaml">Reads a YAML document into JSON; not asked for a file that is JSON already.</param>
    /// <exception cref="KubeConfigException">There is no file, no such context, or something in it cannot be used.</exception>
    public static KubeConnection Load(IEnumerable<string> files, Func<string, JsonElement> yaml, KubeConfigOptions options, TimeProvider time)
    {
        var entries = new KubeConfigEntries();
        var paths = files.Select(Path.GetFullPath).ToArray();
        foreach (var path in paths.Where(File.Exists))
        {
            entries.Add(Read(path, yaml), Path.GetDirectoryName(path)!);
        }
        return entries.IsEmpty
            ? throw new KubeConfigException($"There is no kubeconfig at {string.Join(", ", paths)}: set KUBECONFIG, or name a file.")
            : new KubeConfigContext(entries, options, time).Connect();
    }

    private static JsonElement Read(string path, Func<string, JsonElement> yaml)
    {
        try
        {
            if (new FileInfo(path).Length > LargestFile)
            {
                throw new KubeConfigException($"{path} is larger than {LargestFile >> 20} MiB: is this a kubeconfig?");
            }
            var text = File.ReadAllText(path);
            return text.AsSpan().TrimStart() is ['{', ..] ? JsonElement.Parse(text, JsonReading.Options) : yaml(text);
        }
        catch (JsonException error)
        {
            throw new KubeConfigException($"{path} is not valid JSON, near line {error.LineNumber + 1}.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new KubeConfigException($"{path} cannot be read: {error.Message}", error);
        }
    }
}
