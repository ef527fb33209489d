using System.Collections.Immutable;
using System.Text.Json;

namespace Tapedeck.Oci.Images;

/// <summary>
/// Bytes to <see cref="ImageManifest"/> or <see cref="ImageIndex"/>. Names that the specification does not know are ignored, as it asks; a type
/// of manifest that is not known is refused by its name.
/// </summary>
public static class DocumentReader
{
    /// <param name="contentType">The type that the registry gave it; null where nobody said.</param>
    /// <param name="where">The place to name in an error.</param>
    public static Outcome<OciDocument> Read(ReadOnlyMemory<byte> utf8, string? contentType, string where)
    {
        if (utf8.Length > DocumentLimits.ManifestBytes)
        {
            return new TerminalError(OciErrorKind.TooLarge, $"the manifest has {utf8.Length} bytes, at most {DocumentLimits.ManifestBytes} are taken",
                where, "ask its publisher for one within the limit of the specification");
        }
        try
        {
            using var json = JsonShape.Parse(utf8);
            return ReadDocument(json.RootElement, contentType);
        }
        catch (ShapeException e)
        {
            return new TerminalError(e.Kind, $"the manifest {e.Message}", where, "ask its publisher for an OCI image manifest or index");
        }
    }

    private static OciDocument ReadDocument(JsonElement root, string? contentType)
    {
        var mediaType = TypeOf(root, contentType);
        if (root.Need("schemaVersion").AsSize("schemaVersion") is var version and not 2)
        {
            throw new ShapeException($"has schemaVersion {version}, and 2 is what is known", OciErrorKind.Unsupported);
        }
        // One document that two programs read as two things is how a signed index becomes another image.
        if (root.Find(MediaTypes.IsIndex(mediaType) ? "layers" : "manifests") is not null)
        {
            throw new ShapeException("is both a manifest and an index", OciErrorKind.Ambiguous);
        }
        var document = MediaTypes.IsIndex(mediaType) ? ReadIndex(root, mediaType) : (OciDocument)ReadManifest(root, mediaType);
        return document with
        {
            ArtifactType = root.FindText("artifactType", DocumentLimits.MediaTypeCharacters),
            Subject = root.Find("subject") is { } subject ? ReadDescriptor(subject, "subject") : null,
            Annotations = root.Annotations(),
        };
    }

    private static string TypeOf(JsonElement root, string? contentType)
    {
        var stated = root.FindText("mediaType", DocumentLimits.MediaTypeCharacters);
        var mediaType = stated ?? contentType ?? (root.Find("manifests") is null ? MediaTypes.ImageManifest : MediaTypes.ImageIndex);
        if (!MediaTypes.IsManifest(mediaType) && !MediaTypes.IsIndex(mediaType))
        {
            throw new ShapeException($"has the type {UntrustedText.Show(mediaType)}, which is not known here", OciErrorKind.Unsupported);
        }
        if (stated is not null && contentType is not null && stated != contentType)
        {
            throw new ShapeException($"says that it is {stated}, the registry says {UntrustedText.Show(contentType)}");
        }
        return mediaType;
    }

    private static ImageManifest ReadManifest(JsonElement root, string mediaType) =>
        new(mediaType, ReadDescriptor(root.Need("config"), "config"), ReadDescriptors(root, "layers"));

    private static ImageIndex ReadIndex(JsonElement root, string mediaType) => new(mediaType, ReadDescriptors(root, "manifests"));

    internal static ImmutableArray<Descriptor> ReadDescriptors(JsonElement root, string name, int most = DocumentLimits.Descriptors) =>
        [.. root.Need(name).AsArray(name, most).EnumerateArray().Select((entry, index) => ReadDescriptor(entry, $"{name}[{index}]"))];

    private static Descriptor ReadDescriptor(JsonElement element, string name)
    {
        element.AsObject(name);
        if (!Digest.TryParse(element.NeedText("digest", 256), out var digest))
        {
            throw new ShapeException($"{name} has no digest of a known form (sha256 or sha512)");
        }
        return new Descriptor(element.NeedText("mediaType", DocumentLimits.MediaTypeCharacters), digest, element.Need("size").AsSize($"{name}.size"))
        {
            Annotations = element.Annotations(),
            ArtifactType = element.FindText("artifactType", DocumentLimits.MediaTypeCharacters),
            Platform = element.Find("platform")?.AsObject("platform") is { } platform
                ? new Platform(platform.FindText("architecture", 64) ?? "", platform.FindText("os", 64) ?? "")
                : null,
            Data = element.Find("data") is { } data ? ReadData(data, name) : null,
        };
    }

    private static ReadOnlyMemory<byte>? ReadData(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.String && element.TryGetBytesFromBase64(out var data)
            ? new ReadOnlyMemory<byte>(data)
            : throw new ShapeException($"{name}.data is no base64");
}
