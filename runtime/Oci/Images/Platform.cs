namespace Tapedeck.Oci.Images;

/// <summary>The platform of an entry in an index. <see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md"/></summary>
public sealed record Platform(string Architecture, string Os);
