namespace Tapedeck.Oci.Signatures;

/// <summary>Who signed, as it was proved: a key, or an identity that an issuer vouches for.</summary>
/// <param name="Key">SHA-256 of the key's SubjectPublicKeyInfo in lower-case hex; empty for an identity.</param>
/// <param name="Issuer">The OpenID provider, or the subject of the certificate authority; empty for a key.</param>
/// <param name="Identity">The URI or e-mail address, or the subject of the certificate; empty for a key.</param>
public sealed record SignerIdentity(string Key, string Issuer, string Identity)
{
    public override string ToString() => Key.Length > 0 ? $"key {Key}" : $"{UntrustedText.Show(Identity, 300)} by {UntrustedText.Show(Issuer, 300)}";
}
