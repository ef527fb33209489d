using Tapedeck.Oci.Signatures.Keys;

namespace Tapedeck.Oci.Signatures.Sigstore;

/// <summary>A signature and what it signs.</summary>
/// <param name="Payload">The payload of an envelope; null where the message is the artifact itself.</param>
internal sealed record SignedContent(byte[] Signature, SignedMessage Message, byte[]? Payload);
