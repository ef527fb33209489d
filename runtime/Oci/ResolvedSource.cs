namespace Tapedeck.Oci;

/// <summary>What a source means now.</summary>
/// <param name="Digest">Of the manifest or index, or of the file itself. What a registry claims of a tag is proved when it is pulled.</param>
/// <param name="Pinned">The same source by digest: what is pulled, verified and written down.</param>
/// <param name="Tag">The tag that was resolved; null where the source had a digest or no tags.</param>
public sealed record ResolvedSource(Digest Digest, Source Pinned, string? Tag);
