namespace Tapedeck.Oci.Images;

/// <summary>The media types that a pull has to tell apart.</summary>
public static class MediaTypes
{
    /// <see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md"/>
    public const string ImageManifest = "application/vnd.oci.image.manifest.v1+json";
    public const string ImageIndex = "application/vnd.oci.image.index.v1+json";
    public const string EmptyJson = "application/vnd.oci.empty.v1+json";
    public const string ImageConfig = "application/vnd.oci.image.config.v1+json";

    /// <see href="https://distribution.github.io/distribution/spec/manifest-v2-2/"/>
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    public const string DockerManifestList = "application/vnd.docker.distribution.manifest.list.v2+json";
    public const string DockerImageConfig = "application/vnd.docker.container.image.v1+json";

    /// <see href="https://tag-runtime.cncf.io/wgs/wasm/deliverables/wasm-oci-artifact/"/>
    public const string WasmConfig = "application/vnd.wasm.config.v0+json";
    public const string Wasm = "application/wasm";

    /// <summary>What is asked for. A registry answers "not found" for a manifest whose type was not offered.</summary>
    internal const string AcceptManifests = $"{ImageManifest}, {ImageIndex}, {DockerManifest}, {DockerManifestList}";

    internal static bool IsManifest(string mediaType) => mediaType is ImageManifest or DockerManifest;

    internal static bool IsIndex(string mediaType) => mediaType is ImageIndex or DockerManifestList;
}
