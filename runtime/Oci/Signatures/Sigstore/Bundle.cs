using Tapedeck.Oci.Signatures.Reading;

namespace Tapedeck.Oci.Signatures.Sigstore;

/// <summary>
/// A signature with all that is needed to check it without a network, versions 0.1 to 0.3.
/// <see href="https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto"/>
/// </summary>
/// <param name="Minor">The version: 1, 2 or 3.</param>
/// <param name="Certificate">The signer's, DER. Null where the signer has a key.</param>
/// <param name="Envelope">What was signed, where it is an envelope; else it is the artifact itself.</param>
/// <param name="MessageDigest">SHA-256 of the signed artifact, as the bundle says.</param>
internal sealed record Bundle(int Minor, byte[]? Certificate, byte[] Signature, DsseEnvelope? Envelope, byte[]? MessageDigest,
    LogEntry[] LogEntries, byte[][] Timestamps)
{
    private const int MostBytes = 4 * 1024 * 1024;
    private const int MostCertificates = 8;
    private const int MostEntries = 16;
    private const int MostTimestamps = 16;
    private const string Prefix = "application/vnd.dev.sigstore.bundle";

    internal static Checked<Bundle> Read(ReadOnlyMemory<byte> json) => Readings.Of("the bundle", () => Of(json));

    private static Bundle Of(ReadOnlyMemory<byte> bytes)
    {
        var json = JsonNode.Parse(bytes, MostBytes).Only("mediaType", "verificationMaterial", "messageSignature", "dsseEnvelope");
        var minor = json["mediaType"].Text() switch
        {
            $"{Prefix}+json;version=0.1" => 1,
            $"{Prefix}+json;version=0.2" => 2,
            $"{Prefix}+json;version=0.3" or $"{Prefix}.v0.3+json" => 3,
            var other => throw json["mediaType"].Unknown($"is '{UntrustedText.Show(other)}', which is not a version of {Prefix} that is known"),
        };
        var material = json["verificationMaterial"]
            .Only("certificate", "x509CertificateChain", "publicKey", "tlogEntries", "timestampVerificationData");
        var bundle = new Bundle(minor, SignerCertificate(material, minor), [], null, null,
            [.. (material.Find("tlogEntries")?.Items(MostEntries) ?? []).Select(Entry)],
            Stamps(material.Find("timestampVerificationData")));
        return (json.Find("messageSignature"), json.Find("dsseEnvelope")) switch
        {
            ({ } message, null) => WithMessage(bundle, message),
            (null, { } envelope) => WithEnvelope(bundle, envelope),
            _ => throw json.Wrong("has not exactly one of 'messageSignature' and 'dsseEnvelope'"),
        };
    }

    private static Bundle WithMessage(Bundle bundle, JsonNode json)
    {
        var digest = json.Only("messageDigest", "signature")["messageDigest"].Only("algorithm", "digest");
        return digest["algorithm"].Text() == "SHA2_256"
            ? bundle with { Signature = json["signature"].Base64(), MessageDigest = digest["digest"].Base64() }
            : throw digest["algorithm"].Unknown("is not SHA2_256");
    }

    private static Bundle WithEnvelope(Bundle bundle, JsonNode json)
    {
        var signatures = json.Only("payload", "payloadType", "signatures")["signatures"].Items(MostEntries);
        if (signatures.Length != 1)
        {
            throw json.Wrong("has not exactly one signature");
        }
        var signature = signatures[0].Only("sig", "keyid")["sig"].Base64();
        return bundle with
        {
            Signature = signature,
            Envelope = new DsseEnvelope(json["payloadType"].Text(), json["payload"].Base64(), signature),
        };
    }

    private static byte[]? SignerCertificate(JsonNode material, int minor)
    {
        var (certificate, chain, key) = (material.Find("certificate"), material.Find("x509CertificateChain"), material.Find("publicKey"));
        if (new[] { certificate, chain, key }.Count(each => each is not null) != 1)
        {
            throw material.Wrong("has not exactly one of 'certificate', 'x509CertificateChain' and 'publicKey'");
        }
        if (chain is not null && minor >= 3)
        {
            throw material.Wrong($"has an 'x509CertificateChain', which a bundle of version 0.{minor} has not: it has a 'certificate'");
        }
        // A key's hint is only a hint, and the trusted root names the authorities, so nothing else of these is used.
        key?.Only("hint").Find("hint")?.Text();
        var certificates = chain?.Only("certificates")["certificates"].Items(MostCertificates) ?? (certificate is { } one ? [one] : null);
        return certificates switch
        {
            null => null,
            [] => throw material.Wrong("has a chain of no certificates"),
            _ => certificates.Select(each => Der(each)).ToArray()[0],
        };
    }

    /// <summary>A bundle must not bring a root of its own.</summary>
    private static byte[] Der(JsonNode json)
    {
        var der = json.Only("rawBytes")["rawBytes"].Base64();
        using var certificate = Keys.Certificates.OfDer(der);
        return Keys.Certificates.IsSelfSigned(certificate)
            ? throw json.Wrong("is a self-signed certificate; authorities come from the trusted root alone")
            : der;
    }

    private static LogEntry Entry(JsonNode json)
    {
        json.Only("logIndex", "logId", "kindVersion", "integratedTime", "inclusionPromise", "inclusionProof", "canonicalizedBody");
        var kind = json["kindVersion"].Only("kind", "version");
        return new LogEntry(
            json.Find("logIndex")?.Natural() ?? 0,
            json["logId"].Only("keyId")["keyId"].Base64(),
            kind["kind"].Text(),
            kind["version"].Text(),
            json.Find("integratedTime")?.Natural(),
            json.Find("inclusionPromise")?.Only("signedEntryTimestamp")["signedEntryTimestamp"].Base64(),
            json.Find("inclusionProof") is { } proof ? Proof(proof) : null,
            json["canonicalizedBody"].Base64());
    }

    // Protobuf's JSON leaves out a number that is 0.
    private static InclusionProof Proof(JsonNode json) => new(
        json.Only("logIndex", "rootHash", "treeSize", "hashes", "checkpoint").Find("logIndex")?.Natural() ?? 0,
        json["treeSize"].Natural(),
        json["rootHash"].Base64(),
        [.. (json.Find("hashes")?.Items(InclusionProof.MostHashes) ?? []).Select(each => each.Base64())],
        json.Find("checkpoint")?.Only("envelope")["envelope"].Text());

    private static byte[][] Stamps(JsonNode? json) =>
    [
        .. (json?.Only("rfc3161Timestamps").Find("rfc3161Timestamps")?.Items(MostTimestamps) ?? [])
            .Select(each => each.Only("signedTimestamp")["signedTimestamp"].Base64()),
    ];
}
