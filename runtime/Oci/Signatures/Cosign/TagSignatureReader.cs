using System.Security.Cryptography;
using System.Text;
using Tapedeck.Oci.Signatures.Keys;
using Tapedeck.Oci.Signatures.Reading;
using Tapedeck.Oci.Signatures.Sigstore;

namespace Tapedeck.Oci.Signatures.Cosign;

/// <summary>
/// One signature of cosign's tag layout, a layer and its annotations, as the bundle that it would be today:
/// <see href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#storage"/>.
/// </summary>
internal static class TagSignatureReader
{
    private const string Signature = "dev.cosignproject.cosign/signature";
    private const string Certificate = "dev.sigstore.cosign/certificate";
    private const string LogEntry = "dev.sigstore.cosign/bundle";
    private const string Timestamp = "dev.sigstore.cosign/rfc3161timestamp";
    private const int MostBytes = 256 * 1024;

    /// <summary>The bundle, and the payload as what it signs.</summary>
    internal sealed record Signed(Bundle Bundle, SignedContent Content);

    internal static Checked<Signed> Read(TagSignature found) => Readings.Of("the signature", () => Of(found));

    private static Signed Of(TagSignature found)
    {
        var text = found.Annotations.GetValueOrDefault(Signature) ?? throw new UnreadableException($"has no annotation {Signature}");
        // Go's decoder, and so cosign, reads over the ends of lines that the program base64 writes and that people attach with a signature.
        var signature = Base64Text.Decode(string.Concat(text.Split(["\r", "\n"], StringSplitOptions.None)));
        var bundle = new Bundle(
            Minor: 1,
            found.Annotations.GetValueOrDefault(Certificate) is { Length: > 0 } pem ? Leaf(pem) : null,
            signature,
            Envelope: null,
            SHA256.HashData(found.Payload.Span),
            found.Annotations.GetValueOrDefault(LogEntry) is { Length: > 0 } entry ? [Entry(Json(entry))] : [],
            found.Annotations.GetValueOrDefault(Timestamp) is { Length: > 0 } stamp ? [Stamp(Json(stamp))] : []);
        return new Signed(bundle, new SignedContent(signature, SignedMessage.Of(found.Payload), null));
    }

    private static byte[] Leaf(string pem)
    {
        var certificates = Certificates.OfPem(pem);
        return certificates.Length == 1 && !Certificates.IsSelfSigned(certificates[0])
            ? certificates[0].RawData
            : throw new UnreadableException($"has in {Certificate} not one certificate that an authority issued");
    }

    /// <summary>The log's promise and what it is over, as Rekor v1 hands it out.</summary>
    private static LogEntry Entry(JsonNode json)
    {
        var payload = json.Only("SignedEntryTimestamp", "Payload")["Payload"].Only("body", "integratedTime", "logIndex", "logID");
        return new LogEntry(
            payload["logIndex"].Natural(),
            payload["logID"].Hex(),
            "hashedrekord",
            "0.0.1",
            payload["integratedTime"].Natural(),
            json["SignedEntryTimestamp"].Base64(),
            Proof: null,
            payload["body"].Base64());
    }

    private static byte[] Stamp(JsonNode json) => json.Only("SignedRFC3161Timestamp")["SignedRFC3161Timestamp"].Base64();

    private static JsonNode Json(string text) => JsonNode.Parse(Encoding.UTF8.GetBytes(text), MostBytes);
}
