using System.Collections.Immutable;

namespace Tapedeck.Oci.Signatures;

/// <summary>What is asked of the artifacts of some repositories.</summary>
/// <param name="Signers">Any one of them will do.</param>
public sealed record VerificationRule(RepositoryPrefix Prefix, SignatureMode Mode, ImmutableArray<TrustedSigner> Signers)
{
    /// <summary>
    /// Repositories that a signature may name besides the one that is pulled from, for artifacts that were signed elsewhere and copied with their
    /// signatures. Whoever may sign for those may sign for this one.
    /// </summary>
    public ImmutableArray<string> SignedAs { get; init; } = [];
}
