using System.Collections.Immutable;

namespace Tapedeck.Oci.Signatures;

/// <summary>What is asked of the artifacts of some repositories.</summary>
/// <param name="Prefix">A registry with a path, such as <c>ghcr.io/acme</c>: that repository and those below it. Empty is every repository.</param>
/// <param name="Signers">Any one of them will do.</param>
public sealed record VerificationRule(string Prefix, SignatureMode Mode, ImmutableArray<TrustedSigner> Signers)
{
    /// <summary>
    /// Repositories that a signature may name besides the one that is pulled from, for artifacts that were signed elsewhere and copied with their
    /// signatures. Whoever may sign for those may sign for this one.
    /// </summary>
    public ImmutableArray<string> SignedAs { get; init; } = [];

    /// <summary>Prefixes end where a path segment ends.</summary>
    internal bool Covers(string repository) =>
        Prefix.Length == 0
        || (repository.StartsWith(Prefix, StringComparison.Ordinal) && (repository.Length == Prefix.Length || repository[Prefix.Length] == '/'));
}
