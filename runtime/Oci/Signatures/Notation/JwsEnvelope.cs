using System.Text;
using Tapedeck.Oci.Signatures.Reading;

namespace Tapedeck.Oci.Signatures.Notation;

/// <summary>
/// Flattened JSON of <see href="https://www.rfc-editor.org/rfc/rfc7515#section-7.2.2"/>, as
/// <see href="https://github.com/notaryproject/specifications/blob/main/specs/signature-envelope-jws.md"/> has it.
/// </summary>
internal static class JwsEnvelope
{
    internal const string MediaType = "application/jose+json";
    private const int MostCritical = 16;

    internal static Envelope Read(ReadOnlyMemory<byte> bytes)
    {
        var json = JsonNode.Parse(bytes, Envelope.MostBytes).Only("payload", "protected", "header", "signature");
        var header = JsonNode.Parse(json["protected"].Base64Url(), Envelope.MostBytes);
        var unprotected = json["header"];
        return new Envelope(
            "jws",
            header["alg"].Text(),
            ProtectedHeader.Of(
                header["cty"].Text(),
                header[ProtectedHeader.SchemeName].Text(),
                [.. header["crit"].Items(MostCritical).Select(each => each.Text())],
                header.Find(ProtectedHeader.SigningTimeName)?.Moment(),
                header.Find(ProtectedHeader.ExpiryName)?.Moment(),
                header.Find(ProtectedHeader.AuthenticSigningTimeName)?.Moment()),
            json["payload"].Base64Url(),
            Encoding.ASCII.GetBytes($"{json["protected"].Text()}.{json["payload"].Text()}"),
            json["signature"].Base64Url(),
            [.. unprotected["x5c"].Items(Envelope.MostCertificates).Select(each => each.Base64())],
            unprotected.Find(Envelope.TimestampHeader)?.Base64());
    }
}
