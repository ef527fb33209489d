namespace Tapedeck.Oci.Images;

/// <summary>A manifest or index as it came: its exact bytes, their checked digest, and what they say.</summary>
/// <param name="Descriptor">The media type, the digest of <paramref name="Bytes"/> and their number.</param>
public sealed record ManifestContent(Descriptor Descriptor, ReadOnlyMemory<byte> Bytes, OciDocument Document)
{
    public Digest Digest => Descriptor.Digest;
}
