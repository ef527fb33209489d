using System.Collections.Immutable;
using Tapedeck.Oci.Images;

namespace Tapedeck.Oci;

/// <summary>What refers to a manifest.</summary>
/// <param name="Truncated">True where there were more than <see cref="IRepository.MostReferrers"/>.</param>
public sealed record Referrers(ImmutableArray<Descriptor> Manifests, bool Truncated);
