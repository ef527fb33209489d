using System.Security.Cryptography;
using System.Text;
using Tapedeck.Oci.Signatures.Reading;

namespace Tapedeck.Oci.Signatures.Sigstore;

/// <summary>
/// Whether a log's entry is about exactly this signature: its bytes, what it signs, and who made it. An entry about something else would lend its
/// time and its publicity to a signature that was never logged. <see href="https://github.com/sigstore/rekor/tree/main/pkg/types"/>,
/// <see href="https://github.com/sigstore/rekor-tiles/blob/main/api/proto/rekor/v2"/>
/// </summary>
internal static class LogBody
{
    private const int MostBytes = 4 * 1024 * 1024;
    private const int MostSignatures = 16;

    internal static Refusal? Check(LogEntry entry, SignedContent content, SignerMaterial signer)
    {
        var about = Readings.Of("the log entry's body", () => Read(entry, content));
        return !about.Is(out var body, out var refusal) ? refusal
            : !body.Signature.AsSpan().SequenceEqual(content.Signature) ? Wrong("holds another signature")
            : !body.Hash.AsSpan().SequenceEqual(body.ExpectedHash) ? Wrong("holds the digest of something else")
            : !body.IsOf(signer) ? Wrong("was made with another key or certificate")
            : null;
    }

    private static Refusal Wrong(string why) => new(RefusalReason.WrongLogEntry, $"the log entry is not about this signature: it {why}");

    private static Body Read(LogEntry entry, SignedContent content)
    {
        var json = JsonNode.Parse(entry.Body, MostBytes);
        var (kind, version) = (json["kind"].Text(), json["apiVersion"].Text());
        if (kind != entry.Kind || version != entry.Version)
        {
            throw new UnreadableException(RefusalReason.WrongLogEntry,
                $"is {UntrustedText.Show(kind)} {UntrustedText.Show(version)}, and {UntrustedText.Show(entry.Kind)} {UntrustedText.Show(entry.Version)} is expected");
        }
        var spec = json["spec"];
        return (kind, version) switch
        {
            ("hashedrekord", "0.0.1") => HashedRekordV1(spec, content),
            ("hashedrekord", "0.0.2") => HashedRekordV2(spec["hashedRekordV002"], content),
            ("dsse", "0.0.1") => DsseV1(spec, content),
            ("dsse", "0.0.2") => DsseV2(spec["dsseV002"], content),
            ("intoto", "0.0.2") => IntotoV2(spec["content"], content),
            _ => throw new UnreadableException(RefusalReason.Unsupported, $"is {UntrustedText.Show(kind)} {UntrustedText.Show(version)}, which is not known"),
        };
    }

    private static Body HashedRekordV1(JsonNode spec, SignedContent content)
    {
        var hash = spec["data"]["hash"];
        return new Body(
            spec["signature"]["content"].Base64(),
            hash["value"].Hex(),
            MessageHash(content, hash["algorithm"].Text()),
            Pem(spec["signature"]["publicKey"]["content"].Base64()));
    }

    private static Body HashedRekordV2(JsonNode spec, SignedContent content) => new(
        spec["signature"]["content"].Base64(),
        spec["data"]["digest"].Base64(),
        MessageHash(content, spec["data"]["algorithm"].Text()),
        Verifier(spec["signature"]["verifier"]));

    private static Body DsseV1(JsonNode spec, SignedContent content)
    {
        var signature = Single(spec["signatures"]);
        var hash = spec["payloadHash"];
        return new Body(
            signature["signature"].Base64(), hash["value"].Hex(), PayloadHash(content, hash["algorithm"].Text()), Pem(signature["verifier"].Base64()));
    }

    private static Body DsseV2(JsonNode spec, SignedContent content)
    {
        var signature = Single(spec["signatures"]);
        var hash = spec["payloadHash"];
        return new Body(
            signature["content"].Base64(), hash["digest"].Base64(), PayloadHash(content, hash["algorithm"].Text()), Verifier(signature["verifier"]));
    }

    /// <summary>The signature is in base64 twice here.</summary>
    private static Body IntotoV2(JsonNode spec, SignedContent content)
    {
        var signature = Single(spec["envelope"]["signatures"]);
        var hash = spec["payloadHash"];
        return new Body(
            Base64Text.Decode(Encoding.UTF8.GetString(signature["sig"].Base64())),
            hash["value"].Hex(),
            PayloadHash(content, hash["algorithm"].Text()),
            Pem(signature["publicKey"].Base64()));
    }

    private static JsonNode Single(JsonNode signatures) =>
        signatures.Items(MostSignatures) is [var one] ? one : throw signatures.Wrong("has not exactly one item");

    private static byte[] MessageHash(SignedContent content, string algorithm) => content.Message.Hash(Hashing.Named(algorithm))
        ?? throw new UnreadableException(RefusalReason.Unsupported, $"has a digest by {algorithm}, and only the artifact's SHA-256 is known");

    private static byte[] PayloadHash(SignedContent content, string algorithm) => content.Payload is { } payload
        ? Hashing.Of(Hashing.Named(algorithm), payload)
        : throw new UnreadableException("is about an envelope, and the signature is of an artifact");

    /// <summary>The certificate or key that an entry names, as DER.</summary>
    private static byte[] Pem(byte[] utf8)
    {
        var text = Encoding.UTF8.GetString(utf8);
        return PemEncoding.TryFind(text, out var fields) && text[fields.Label] is "CERTIFICATE" or "PUBLIC KEY"
            ? Convert.FromBase64String(text[fields.Base64Data])
            : throw new UnreadableException(RefusalReason.Unsupported, "names its signer by something that is not a PEM certificate or public key");
    }

    private static byte[] Verifier(JsonNode json) => (json.Find("x509Certificate") ?? json["publicKey"])["rawBytes"].Base64();

    /// <summary>What an entry says.</summary>
    /// <param name="ExpectedHash">What <paramref name="Hash"/> is where the entry is about this signature.</param>
    private sealed record Body(byte[] Signature, byte[] Hash, byte[] ExpectedHash, byte[] Verifier)
    {
        internal bool IsOf(SignerMaterial signer) =>
            signer.Certificate is { } certificate ? Verifier.AsSpan().SequenceEqual(certificate) : Verifier.AsSpan().SequenceEqual(signer.Key.Spki);
    }
}
