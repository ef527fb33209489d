using Tapedeck.Oci.Signatures.Keys;

namespace Tapedeck.Oci.Signatures.Sigstore;

/// <summary>What a signature is checked with: a certificate and its key, or a key alone.</summary>
/// <param name="Certificate">DER; null for a key alone.</param>
internal sealed record SignerMaterial(VerificationKey Key, byte[]? Certificate);
