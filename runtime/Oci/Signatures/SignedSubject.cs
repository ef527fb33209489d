using System.Collections.Immutable;

namespace Tapedeck.Oci.Signatures;

/// <summary>The artifact that a signature has to be about.</summary>
/// <param name="Repositories">The repositories that a signature may name, if it names one; empty where that is not asked.</param>
/// <param name="PredicateType">The statement that counts as a signature; null where any does.</param>
internal sealed record SignedSubject(Digest Digest, ImmutableArray<string> Repositories, string? PredicateType)
{
    /// <summary>The artifact's SHA-256. Null where its digest is by another algorithm.</summary>
    internal byte[]? Sha256 => Digest.Algorithm == "sha256" ? Convert.FromHexString(Digest.Hex) : null;

    /// <summary>Whether a set of digests, by algorithm, has this one.</summary>
    internal bool IsIn(IReadOnlyDictionary<string, string> digests) => digests.TryGetValue(Digest.Algorithm, out var hex) && hex == Digest.Hex;

    /// <summary>Whether a signature made for that repository may count. A tag or digest behind it says nothing.</summary>
    internal bool MayBeFrom(string repository) =>
        Repositories.IsEmpty || (NameOf(repository) is { } name && Repositories.Any(each => NameOf(each) == name));

    internal Refusal WrongRepository(string named) => new(RefusalReason.WrongRepository,
        $"it was made for {UntrustedText.Show(named)}, not for {string.Join(" or ", Repositories)}; if that is where it was copied from, name it as a repository that it may be signed as (signedAs)");

    private static string? NameOf(string repository) => Reference.Parse(repository).Value?.Name;
}
