using System.Collections.Immutable;

namespace Tapedeck.Oci.Images;

/// <summary>What a registry holds under a tag or manifest digest: an <see cref="ImageManifest"/> or an <see cref="ImageIndex"/>.</summary>
/// <param name="MediaType">One of the four that are known.</param>
public abstract record OciDocument(string MediaType)
{
    public string? ArtifactType { get; init; }

    /// <summary>The manifest that this one is about, as a signature is about an image.</summary>
    public Descriptor? Subject { get; init; }

    public ImmutableDictionary<string, string> Annotations { get; init; } = ImmutableDictionary<string, string>.Empty;
}
