using Tapedeck.Oci.Signatures.Sigstore;

namespace Tapedeck.Oci.Signatures;

/// <summary>Someone for whom an OpenID provider vouched when a signing certificate was issued. Both are asked, always.</summary>
/// <param name="Issuer">The provider's URL.</param>
/// <param name="Subject">The URI or e-mail address in the certificate.</param>
public sealed record KeylessSigner(IdentityPattern Issuer, IdentityPattern Subject, TrustedRoot Root) : TrustedSigner
{
    internal override string Who => $"{Subject} by {Issuer}";
}
