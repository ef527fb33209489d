namespace Tapedeck.Oci.Signatures.Notation;

/// <summary>Who vouches for the time of signing. <see href="https://github.com/notaryproject/specifications/blob/main/specs/signing-scheme.md"/></summary>
public enum SigningScheme
{
    /// <summary><c>notary.x509</c>: nobody but a timestamp authority.</summary>
    X509,

    /// <summary><c>notary.x509.signingAuthority</c>: the signing service, which is trusted to write the right time.</summary>
    SigningAuthority,
}
