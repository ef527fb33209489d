using System.Text;
using System.Text.Json.Nodes;

namespace Tapedeck.Images;

/// <summary>What is said of an image besides its layers.</summary>
/// <param name="Name">With the tag, as <c>tapedeck/runtime:1.2.0</c>.</param>
/// <param name="Architecture">In Go's words: amd64, arm64.</param>
/// <param name="User">A number and a number: kubelet can tell that it is not root.</param>
internal sealed record ImageFacts(string Name, string Architecture, string User, string[] Entrypoint, string[] Environment, string[] Labels)
{
    /// <summary>What follows the last colon, unless that is the port of a registry.</summary>
    internal string Tag => Name[(Name.LastIndexOf('/') + 1)..].Split(':') is [_, var tag] ? tag : "latest";
}

/// <summary>An image, and the index that names it.</summary>
internal sealed class Image
{
    // https://github.com/opencontainers/image-spec/blob/main/config.md
    private const string ConfigType = "application/vnd.oci.image.config.v1+json";
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    private const string IndexType = "application/vnd.oci.image.index.v1+json";
    private const string Epoch = "1970-01-01T00:00:00Z";

    private Image(Blob manifest, Blob index, IReadOnlyList<Blob> blobs) => (Manifest, Index, Blobs) = (manifest, index, blobs);

    /// <summary>Its digest is that of the image.</summary>
    internal Blob Manifest { get; }

    internal Blob Index { get; }

    /// <summary>All but the index.</summary>
    internal IReadOnlyList<Blob> Blobs { get; }

    internal static Image Of(ImageFacts facts, IReadOnlyList<Layer> layers)
    {
        var config = Json(ConfigType, new JsonObject
        {
            ["created"] = Epoch,
            ["architecture"] = facts.Architecture,
            ["os"] = "linux",
            ["config"] = new JsonObject
            {
                ["User"] = facts.User,
                ["Env"] = Texts(facts.Environment),
                ["Entrypoint"] = Texts(facts.Entrypoint),
                ["WorkingDir"] = "/",
                ["Labels"] = Pairs(facts.Labels),
            },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = Texts(layers.Select(layer => layer.DiffId)) },
            ["history"] = new JsonArray([.. layers.Select(layer => new JsonObject { ["created"] = Epoch, ["created_by"] = Path.GetFileName(layer.Folder) })]),
        });
        var manifest = Json(ManifestType, new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ManifestType,
            ["config"] = config.Descriptor(),
            ["layers"] = new JsonArray([.. layers.Select(layer => layer.Blob.Descriptor())]),
            ["annotations"] = Pairs(facts.Labels),
        });
        var named = manifest.Descriptor();
        named["platform"] = new JsonObject { ["architecture"] = facts.Architecture, ["os"] = "linux" };
        // The first for containerd, the second for everybody else.
        named["annotations"] = new JsonObject { ["io.containerd.image.name"] = facts.Name, ["org.opencontainers.image.ref.name"] = facts.Tag };
        var index = Json(IndexType, new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = IndexType, ["manifests"] = new JsonArray(named) });
        return new Image(manifest, index, [config, manifest, .. layers.Select(layer => layer.Blob)]);
    }

    private static Blob Json(string mediaType, JsonObject json) => new(mediaType, Encoding.UTF8.GetBytes(json.ToJsonString()));

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    private static JsonObject Pairs(IEnumerable<string> pairs) =>
        new(pairs.Select(pair => pair.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], (JsonNode?)pair[1])));
}
