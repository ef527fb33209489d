using System.Text;
using System.Text.Json;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Config;

/// <summary>A cluster, user or context of a kubeconfig.</summary>
/// <param name="What">As <c>user 'admin'</c>, for messages.</param>
/// <param name="Folder">Of its file.</param>
internal sealed record KubeConfigEntry(string What, string Folder, JsonElement Json)
{
    internal string Text(string field) => Json.Text(field) ?? "";

    /// <summary>Something that is given inline as base64 (<c>FIELD-data</c>, which counts) or as a file (<c>FIELD</c>).</summary>
    internal TextSource? Data(string field)
    {
        var what = $"{field} of {What}";
        if (Text($"{field}-data") is { Length: > 0 } data)
        {
            var bytes = new byte[data.Length];
            return Convert.TryFromBase64String(data, bytes, out var length)
                ? new(what, Encoding.UTF8.GetString(bytes, 0, length), null)
                : throw new KubeConfigException($"The {field}-data of {What} is not base64.");
        }
        return Text(field) is { Length: > 0 } file ? FromFile(what, file) : null;
    }

    internal TextSource FromFile(string what, string file) => new(what, null, Path.GetFullPath(file, Folder));

    /// <summary>A record's own would print tokens.</summary>
    public override string ToString() => What;
}
