using Tapedeck.Oci.Layouts;

namespace Tapedeck.Oci;

/// <summary>A component whose bytes are those that its digest names.</summary>
public sealed record PulledComponent
{
    /// <summary>The component itself.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>The SHA-256 digest of <see cref="Bytes"/>.</summary>
    public required Digest ContentDigest { get; init; }

    /// <summary>What was asked for: the digest of the manifest or index, or of the file. Signatures and status speak of this one.</summary>
    public required Digest Digest { get; init; }

    /// <summary>The manifest that holds the component, which differs from <see cref="Digest"/> where that is an index; null for a file.</summary>
    public required Digest? Manifest { get; init; }

    public required LayoutKind Layout { get; init; }

    /// <summary>Manifests and layers: what a store keeps for it.</summary>
    public required IReadOnlyList<Digest> Blobs { get; init; }

    /// <summary>What the publisher says. Untrusted.</summary>
    public required PublisherClaims Claims { get; init; }
}
