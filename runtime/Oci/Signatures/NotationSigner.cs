using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Tapedeck.Oci.Signatures.Notation;

namespace Tapedeck.Oci.Signatures;

/// <summary>Someone with a certificate of a certificate authority, who signed with notation.</summary>
/// <param name="Store">The trust store's name, for people.</param>
/// <param name="Authorities">Self-signed certificates that a signer's chain has to end in.</param>
/// <param name="Identities">Whom of them to trust: any one has to fit. Empty is nobody.</param>
/// <param name="Scheme">Who vouches for the time of signing.</param>
public sealed record NotationSigner(string Store, ImmutableArray<X509Certificate2> Authorities, ImmutableArray<SubjectPattern> Identities,
    SigningScheme Scheme = SigningScheme.X509) : TrustedSigner
{
    /// <summary>
    /// Roots of timestamp authorities. Where there are any and the signature has a timestamp, its moment is the time of signing; where not, the
    /// signer's certificate has to be valid when it is verified.
    /// </summary>
    public ImmutableArray<X509Certificate2> TimestampAuthorities { get; init; } = [];

    internal override string Who => $"{string.Join(" or ", Identities)} of the trust store {Store}";
}
