using System.Collections.Immutable;

namespace Tapedeck.Oci.Signatures;

/// <summary>What came of a verification: the signatures that count, and everything that was tried and does not.</summary>
/// <param name="Digest">What the signatures are of: the digest that was asked for or, where that is an index's without a good signature, the manifest's that is chosen from it.</param>
/// <param name="Notices">What a person should see to, though it stops nothing today.</param>
public sealed record Verification(SignatureMode Mode, Digest Digest, ImmutableArray<VerifiedSignature> Signatures, ImmutableArray<FailedAttempt> Attempts,
    ImmutableArray<string> Notices)
{
    // The first say what is wrong; more would hide it.
    private const int MostTold = 5;

    /// <summary>At least one signature of a trusted signer was verified.</summary>
    public bool IsVerified => !Signatures.IsEmpty;

    /// <summary>Whether the artifact may be used, as far as signatures go.</summary>
    public bool IsAllowed => IsVerified || Mode != SignatureMode.Require;

    /// <summary>Not verified because of an answer of the registry that may be another one later; null where asking again is of no use.</summary>
    public RetryableError? Retry => IsVerified ? null : Attempts.Select(attempt => attempt.Error).OfType<RetryableError>().FirstOrDefault();

    /// <summary>Why nothing was verified, in a sentence for people.</summary>
    /// <param name="artifact">What was to be verified, as they know it.</param>
    public string WhyNone(string artifact) => $"no signature of {artifact} counts: {string.Join("; ", Attempts.Take(MostTold))}";
}
