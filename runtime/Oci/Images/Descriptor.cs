using System.Collections.Immutable;

namespace Tapedeck.Oci.Images;

/// <summary>
/// What is said of content elsewhere: its type, its digest and its exact size.
/// <see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md"/>
/// </summary>
/// <param name="Size">Bytes, at least 0.</param>
public sealed record Descriptor(string MediaType, Digest Digest, long Size)
{
    /// <summary>Text of the publisher, at most <see cref="DocumentLimits.Annotations"/> entries.</summary>
    public ImmutableDictionary<string, string> Annotations { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>What kind of artifact stands behind it; in an index made by a client, this may be wrong.</summary>
    public string? ArtifactType { get; init; }

    public Platform? Platform { get; init; }

    /// <summary>The content itself, where it is embedded. Not yet checked against the digest.</summary>
    public ReadOnlyMemory<byte>? Data { get; init; }
}
