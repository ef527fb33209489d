using Tapedeck.Oci.Signatures.Keys;
using Tapedeck.Oci.Signatures.Sigstore;

namespace Tapedeck.Oci.Signatures;

/// <summary>The holder of a key that cosign signed with.</summary>
/// <param name="Root">Where it is given, a signature must also stand in a transparency log of it; where not, logs are not asked.</param>
public sealed record KeySigner(VerificationKey Key, TrustedRoot? Root = null) : TrustedSigner
{
    internal override string Who => Key.ToString();
}
