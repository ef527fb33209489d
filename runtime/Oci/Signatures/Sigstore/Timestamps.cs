using System.Formats.Asn1;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Tapedeck.Oci.Signatures.Keys;
using Tapedeck.Oci.Signatures.Reading;

namespace Tapedeck.Oci.Signatures.Sigstore;

/// <summary>
/// A moment that an authority vouches for, over the bytes of a signature: <see href="https://www.rfc-editor.org/rfc/rfc3161"/>.
/// </summary>
internal static class Timestamps
{
    private const int MostBytes = 64 * 1024;
    private const int MostCertificates = 8;

    // SHA-256, SHA-384 and SHA-512. The library would take SHA-1 as well.
    private static readonly string[] Hashes = ["2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2", "2.16.840.1.101.3.4.2.3"];

    /// <summary>ETSI's baseline policy (RFC 3628, section 5.2), which promises a second where a token says nothing.</summary>
    private const string BaselinePolicy = "0.4.0.2023.1.1";

    /// <summary>A checked token's moment.</summary>
    /// <param name="Accuracy">What it may be wrong by, before and after.</param>
    /// <param name="Path">The signer's certificate, and those above it up to the trusted one.</param>
    internal sealed record Moment(DateTimeOffset At, TimeSpan Accuracy, X509Certificate2[] Path);

    /// <summary>A whole answer of an authority (TimeStampResp, section 2.4.2), as bundles and cosign's annotation hold it.</summary>
    internal static Checked<Moment> CheckResponse(byte[] response, byte[] signature, IEnumerable<TrustedAuthority> authorities) =>
        Readings.Of("the timestamp", () => Token(response)).Is(out var token, out var refusal) ? Check(token, signature, authorities) : refusal;

    /// <summary>A token alone (TimeStampToken), as notation holds it.</summary>
    internal static Checked<Moment> CheckToken(byte[] token, byte[] signature, IEnumerable<TrustedAuthority> authorities) =>
        Readings.Of("the timestamp", () => Decode(token)).Is(out var decoded, out var refusal) ? Check(decoded, signature, authorities) : refusal;

    private static Rfc3161TimestampToken Token(byte[] response)
    {
        if (response.Length > MostBytes)
        {
            throw new UnreadableException(RefusalReason.TooLarge, $"is more than {MostBytes} bytes");
        }
        var outer = new AsnReader(response, AsnEncodingRules.BER);
        var answer = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var status = answer.ReadSequence();
        if (!status.TryReadInt32(out var granted) || granted is not (0 or 1))
        {
            throw new UnreadableException("was not granted by its authority");
        }
        var token = Decode(answer.ReadEncodedValue().ToArray());
        answer.ThrowIfNotEmpty();
        return token;
    }

    private static Rfc3161TimestampToken Decode(byte[] bytes) =>
        bytes.Length <= MostBytes && Rfc3161TimestampToken.TryDecode(bytes, out var token, out var read) && read == bytes.Length
            ? token
            : throw new UnreadableException("is not a TimeStampToken");

    private static Checked<Moment> Check(Rfc3161TimestampToken token, byte[] signature, IEnumerable<TrustedAuthority> authorities)
    {
        var at = token.TokenInfo.Timestamp;
        if (!Hashes.Contains(token.TokenInfo.HashAlgorithmId.Value))
        {
            return new Refusal(RefusalReason.Unsupported, $"the timestamp is over a digest by {token.TokenInfo.HashAlgorithmId.Value}, which is not accepted");
        }
        var embedded = token.AsSignedCms().Certificates;
        if (embedded.Count > MostCertificates)
        {
            return new Refusal(RefusalReason.TooLarge, $"the timestamp has more than {MostCertificates} certificates");
        }
        Refusal? last = null;
        foreach (var authority in authorities)
        {
            // A token need not bring its certificate, so the authority's own are offered.
            if (!Readings.Of("the timestamp", () => Signer(token, signature, authority)).Is(out var signer, out var refusal))
            {
                last = refusal;
                continue;
            }
            if (authority.Listed is { } listed && !listed.RawDataMemory.Span.SequenceEqual(signer.RawDataMemory.Span))
            {
                last = new Refusal(RefusalReason.WrongTimestamp, $"the timestamp was signed with another certificate than the one that is trusted of {authority.Uri}");
                continue;
            }
            // A chain of several is the whole chain. What a token brings helps only where a root is trusted with all that is below it.
            if (authority.PathFrom(signer, authority.Chain.Length > 1 ? [] : embedded, at, Certificates.TimeStamping).Is(out var path, out var untrusted))
            {
                return new Moment(at, AccuracyOf(token.TokenInfo), path);
            }
            last = untrusted;
        }
        return new Refusal(RefusalReason.WrongTimestamp, last?.Message ?? "no timestamp authority is trusted");
    }

    private static TimeSpan AccuracyOf(Rfc3161TimestampTokenInfo info) =>
        info.AccuracyInMicroseconds is { } microseconds ? TimeSpan.FromMicroseconds(microseconds)
        : info.PolicyId.Value == BaselinePolicy ? TimeSpan.FromSeconds(1)
        : TimeSpan.Zero;

    private static X509Certificate2 Signer(Rfc3161TimestampToken token, byte[] signature, TrustedAuthority authority) =>
        token.VerifySignatureForData(signature, out var signer, [.. authority.Chain]) && signer is not null
            ? signer
            : throw new UnreadableException(RefusalReason.WrongTimestamp, $"does not fit the signature and a certificate of {authority.Uri}");
}
