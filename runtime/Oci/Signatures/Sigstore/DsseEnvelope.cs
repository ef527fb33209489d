using System.Text;
using Tapedeck.Oci.Signatures.Keys;

namespace Tapedeck.Oci.Signatures.Sigstore;

/// <summary><see href="https://github.com/secure-systems-lab/dsse/blob/master/protocol.md"/>. There is exactly one signature, as bundles ask.</summary>
internal sealed record DsseEnvelope(string PayloadType, byte[] Payload, byte[] Signature)
{
    /// <summary>What is signed: the pre-authentication encoding, with lengths in bytes.</summary>
    internal SignedMessage Message => SignedMessage.Of((byte[])
    [
        .. Encoding.UTF8.GetBytes($"DSSEv1 {Encoding.UTF8.GetByteCount(PayloadType)} {PayloadType} {Payload.Length} "),
        .. Payload,
    ]);
}
