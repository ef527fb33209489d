using Tapedeck.Oci.Images;

namespace Tapedeck.Oci;

/// <summary>
/// Read access to one repository: of a registry (<c>Registries.RegistryRepository</c>) or of a folder on disk
/// (<see cref="Layouts.LayoutFolder"/>). Everything that comes back was checked against its digest.
/// </summary>
public interface IRepository
{
    /// <summary>Registry and repository, as people write it; for a folder, its path.</summary>
    string Name { get; }

    /// <summary>The manifest or index under a tag or digest, at most <see cref="DocumentLimits.ManifestBytes"/> long.</summary>
    /// <param name="tagOrDigest">A tag as <see cref="Reference.IsTag"/> has it, or a digest.</param>
    Task<Outcome<ManifestContent>> GetManifest(string tagOrDigest, CancellationToken cancellationToken);

    /// <summary>Writes the content of <paramref name="descriptor"/> into <paramref name="destination"/>, which holds it and nothing else afterwards.</summary>
    /// <param name="destination">Can seek; written from its beginning, perhaps more than once. After an error, what is in it means nothing.</param>
    /// <returns>What went wrong, or null.</returns>
    Task<OciError?> CopyBlob(Descriptor descriptor, Stream destination, CancellationToken cancellationToken);

    /// <summary>
    /// The manifests that say that they are about <paramref name="subject"/>: by the referrers API, and by the fallback tag, since a client may write one and
    /// not the other. Those first that may be signatures.
    /// This is discovery and proves nothing: types and annotations may be wrong, and each manifest's subject has to be checked. At most
    /// <see cref="MostReferrers"/>; none is an empty list.
    /// </summary>
    Task<Outcome<Referrers>> GetReferrers(Digest subject, CancellationToken cancellationToken);

    /// <summary>All tags, in the order in which they came. More than <see cref="MostTags"/> is an error.</summary>
    Task<Outcome<TagList>> GetTags(CancellationToken cancellationToken);

    const int MostReferrers = 64;
    const int MostTags = 100_000;
}
