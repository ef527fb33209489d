using System.Security.Cryptography.X509Certificates;
using Tapedeck.Oci.Signatures.Keys;

namespace Tapedeck.Oci.Signatures.Sigstore;

/// <summary>An authority that certifies signers (Fulcio) or moments (a timestamp authority).</summary>
/// <param name="Chain">From the authority's lowest certificate to its self-signed root.</param>
internal sealed record TrustedAuthority(string Uri, X509Certificate2[] Chain, Validity Validity)
{
    /// <summary>The one certificate that signs for this authority, where the chain begins with it; null where the chain begins with what certifies it.</summary>
    internal X509Certificate2? Listed => Chain.Length > 1 && !Certificates.IsAuthority(Chain[0]) ? Chain[0] : null;

    /// <summary>The path from a certificate to this authority's root.</summary>
    /// <param name="between">Certificates that may help, trusted or not.</param>
    internal Checked<X509Certificate2[]> PathFrom(X509Certificate2 leaf, IEnumerable<X509Certificate2> between, DateTimeOffset at, string purpose) =>
        !Validity.Contains(at) ? new Refusal(RefusalReason.UntrustedCertificate, $"the authority {Uri} is trusted from {Validity}, and not at {at:u}")
        // The format allows it. What the platform says of a path that ends there leaves out checks, whether it had run out for one, so that it is not believed.
        : !Certificates.IsSelfSigned(Chain[^1]) ? new Refusal(RefusalReason.UntrustedCertificate,
            $"the trusted root has the authority {Uri} without a self-signed certificate at its end, which is not supported; give its chain up to the root")
        : Certificates.PathTo([Chain[^1]], leaf, [.. Chain, .. between], at, purpose);
}
