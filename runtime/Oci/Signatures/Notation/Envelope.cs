namespace Tapedeck.Oci.Signatures.Notation;

/// <summary>
/// What a signature envelope says, in JWS or COSE alike:
/// <see href="https://github.com/notaryproject/specifications/blob/main/specs/signature-specification.md"/>.
/// </summary>
/// <param name="Form"><c>jws</c> or <c>cose</c>.</param>
/// <param name="Algorithm">By its JWS name.</param>
/// <param name="Signed">The bytes that the signature is over.</param>
/// <param name="Chain">The signer's certificate, then its issuers; DER.</param>
/// <param name="Timestamp">A TimeStampToken over <paramref name="Signature"/>; null where there is none.</param>
internal sealed record Envelope(string Form, string Algorithm, ProtectedHeader Header, byte[] Payload, byte[] Signed, byte[] Signature,
    byte[][] Chain, byte[]? Timestamp)
{
    internal const int MostBytes = 1024 * 1024;
    internal const int MostCertificates = 8;
    internal const string TimestampHeader = "io.cncf.notary.timestampSignature";
}
