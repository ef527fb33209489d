using System.Collections.Immutable;

namespace Tapedeck.Oci.Signatures;

/// <summary>The artifact that a signature has to be about.</summary>
/// <param name="Digest">Such as <c>sha256:</c> and 64 lower-case hex digits.</param>
/// <param name="Repositories">The repositories that a signature may name, if it names one; empty where that is not asked.</param>
/// <param name="PredicateType">The statement that counts as a signature; null where any does.</param>
internal sealed record SignedSubject(string Digest, ImmutableArray<string> Repositories, string? PredicateType)
{
    private const string Sha256 = "sha256:";

    /// <summary>The artifact's SHA-256. Null where its digest is by another algorithm.</summary>
    internal byte[]? Sha256Digest => Digest.StartsWith(Sha256, StringComparison.Ordinal) ? Convert.FromHexString(Digest.AsSpan(Sha256.Length)) : null;

    /// <summary>Whether a set of digests, by algorithm, has this one.</summary>
    internal bool IsIn(IReadOnlyDictionary<string, string> digests)
    {
        var colon = Digest.IndexOf(':', StringComparison.Ordinal);
        return digests.TryGetValue(Digest[..colon], out var hex) && hex == Digest[(colon + 1)..];
    }

    /// <summary>Whether a signature made for that repository may count.</summary>
    internal bool MayBeFrom(string repository) =>
        Repositories.IsEmpty || Repositories.Any(each => RepositoryName.OfReference(each) == RepositoryName.OfReference(repository));
}
