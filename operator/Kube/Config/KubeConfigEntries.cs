using System.Text.Json;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Config;

/// <summary>The clusters, users and contexts of all kubeconfig files together; the first of a name counts.</summary>
internal sealed class KubeConfigEntries
{
    private readonly Dictionary<(string List, string Name), KubeConfigEntry> _entries = [];

    internal string CurrentContext { get; private set; } = "";
    internal bool IsEmpty { get; private set; } = true;

    /// <param name="folder">What relative paths in the file are relative to.</param>
    internal void Add(JsonElement file, string folder)
    {
        IsEmpty = false;
        if (CurrentContext.Length == 0)
        {
            CurrentContext = file.Text("current-context") ?? "";
        }
        foreach (var (list, field) in new[] { ("clusters", "cluster"), ("users", "user"), ("contexts", "context") })
        {
            foreach (var item in file.Items(list))
            {
                var name = item.Text("name") ?? "";
                _entries.TryAdd((list, name), new($"{field} '{name}'", folder, item.Field(field) ?? default));
            }
        }
    }

    /// <exception cref="KubeConfigException">There is none of this name.</exception>
    internal KubeConfigEntry Get(string list, string name, string whoAsks) =>
        _entries.TryGetValue((list, name), out var entry)
            ? entry
            : throw new KubeConfigException($"The kubeconfig has no entry '{name}' in {list}, which {whoAsks} names. There are: {Names(list)}.");

    private string Names(string list) =>
        string.Join(", ", _entries.Keys.Where(key => key.List == list).Select(key => key.Name).Order(StringComparer.Ordinal).DefaultIfEmpty("none"));
}
