using Tapedeck.Oci.Signatures.Keys;

namespace Tapedeck.Oci.Signatures.Sigstore;

/// <summary>A transparency log, of signatures (Rekor) or of certificates (CT).</summary>
/// <param name="Name">The host and path of its address: the name that it signs its checkpoints with.</param>
/// <param name="Key">Not there where the key is of a kind that is not known; then nothing of this log is believed.</param>
internal sealed record TrustedLog(string Name, byte[] KeyId, Checked<VerificationKey> Key, Validity Validity);
