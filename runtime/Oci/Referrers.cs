using System.Collections.Immutable;
using Tapedeck.Oci.Images;
using Tapedeck.Oci.Signatures;

namespace Tapedeck.Oci;

/// <summary>What refers to a manifest.</summary>
/// <param name="Truncated">True where there were more than <see cref="IRepository.MostReferrers"/>.</param>
public sealed record Referrers(ImmutableArray<Descriptor> Manifests, bool Truncated)
{
    /// <summary>Why one of several lists is not in it; null where it is whole.</summary>
    public OciError? Missing { get; init; }

    /// <summary>Each once, and those first that may be signatures: however many others there are, they are not cut off.</summary>
    internal static Referrers Of(IEnumerable<Descriptor> found)
    {
        var distinct = found.OrderBy(entry => SignatureTypes.Rank(entry.ArtifactType)).DistinctBy(entry => entry.Digest).ToArray();
        return new Referrers([.. distinct.Take(IRepository.MostReferrers)], distinct.Length > IRepository.MostReferrers);
    }
}
