using System.Security.Cryptography.X509Certificates;
using Tapedeck.Oci.Signatures.Keys;
using Tapedeck.Oci.Signatures.Reading;
using Tapedeck.Oci.Signatures.Sigstore;

namespace Tapedeck.Oci.Signatures.Notation;

/// <summary>
/// The steps of <see href="https://github.com/notaryproject/specifications/blob/main/specs/trust-store-trust-policy.md#signature-verification-details"/>
/// at the level strict, without revocation. RATIONALE.md, "Why is no revocation asked?"
/// </summary>
internal static class EnvelopeCheck
{
    private const int MostDigestBytes = 64 * 1024;

    internal static Checked<VerifiedSignature> Check(EnvelopeSignature found, NotationSigner signer, SignedSubject subject, DateTimeOffset now)
    {
        if (!Readings.Of("the envelope", () => Read(found)).Is(out var envelope, out var refusal)
            || !Readings.Of("the certificates", () => Chain(envelope)).Is(out var chain, out refusal))
        {
            return refusal;
        }
        if (!CheckTime(envelope, signer, now).Is(out var moment, out refusal)
            || (refusal = CheckSignature(envelope, chain[0])
                ?? CheckSubject(envelope, subject)) is not null)
        {
            return refusal;
        }
        if (!PathOf(chain, signer, moment).Is(out var path, out refusal) || (refusal = CertificateRules.Check(path)) is not null)
        {
            return refusal;
        }
        var identity = new SignerIdentity("", Name(path[^1]), Name(chain[0]));
        return signer.Identities.Any(each => each.IsMatch(chain[0]))
            ? new VerifiedSignature(identity, $"notation {envelope.Form}", moment.At, found.Where)
            : new Refusal(RefusalReason.WrongSigner, $"it was signed by {identity}");
    }

    private static Envelope Read(EnvelopeSignature found) => found.MediaType switch
    {
        JwsEnvelope.MediaType => JwsEnvelope.Read(found.Envelope),
        CoseEnvelope.MediaType => CoseEnvelope.Read(found.Envelope),
        var other => throw new UnreadableException(RefusalReason.Unsupported, $"is of the type {UntrustedText.Show(other)}, which is not known"),
    };

    private static X509Certificate2[] Chain(Envelope envelope) =>
        envelope.Chain.Length > 0 ? [.. envelope.Chain.Select(Certificates.OfDer)] : throw new UnreadableException("are missing");

    /// <summary>The path to an authority at the whole of the moment, which has to be what the envelope holds: complete, in order, and nothing else.</summary>
    private static Checked<X509Certificate2[]> PathOf(X509Certificate2[] chain, NotationSigner signer, Moment moment)
    {
        X509Certificate2Collection authorities = [.. signer.Authorities];
        if (!Certificates.PathTo(authorities, chain[0], chain, moment.Earliest, Certificates.CodeSigning).Is(out var path, out var refusal)
            || !Certificates.PathTo(authorities, chain[0], chain, moment.Latest, Certificates.CodeSigning).Is(out path, out refusal))
        {
            return refusal;
        }
        return path.Length == chain.Length && path.Zip(chain).All(pair => pair.First.RawDataMemory.Span.SequenceEqual(pair.Second.RawDataMemory.Span))
            ? path
            : new Refusal(RefusalReason.UntrustedCertificate, $"its {chain.Length} certificates are not the signer's and those up to the trusted root, in this order");
    }

    private static Refusal? CheckSignature(Envelope envelope, X509Certificate2 leaf)
    {
        if (!SignatureAlgorithm.Notation.TryGetValue(envelope.Algorithm, out var algorithm))
        {
            return new Refusal(RefusalReason.Unsupported, $"the algorithm {UntrustedText.Show(envelope.Algorithm)} is not accepted");
        }
        return !Readings.Of("the signer's key", () => VerificationKey.Of(leaf)).Is(out var key, out var refusal) ? refusal
            : key.Verifies(SignedMessage.Of(envelope.Signed), envelope.Signature, [algorithm]) ? null
            : new Refusal(RefusalReason.WrongSignature, $"the signature is not one of the key {key.Fingerprint} by {envelope.Algorithm}");
    }

    private static Refusal? CheckSubject(Envelope envelope, SignedSubject subject)
    {
        var read = Readings.Of("the payload", () =>
            JsonNode.Parse(envelope.Payload, MostDigestBytes).Only("targetArtifact")["targetArtifact"]["digest"].Text());
        return !read.Is(out var digest, out var refusal) ? refusal
            : digest == subject.Digest.ToString() ? null
            : new Refusal(RefusalReason.WrongDigest, $"it signs {UntrustedText.Show(digest)}, not {subject.Digest}");
    }

    /// <param name="At">When it was signed, as far as someone who is trusted says so.</param>
    /// <param name="Earliest">From here to <paramref name="Latest"/> its certificates have to be valid: now, where nobody says.</param>
    private sealed record Moment(DateTimeOffset? At, DateTimeOffset Earliest, DateTimeOffset Latest);

    private static Checked<Moment> CheckTime(Envelope envelope, NotationSigner signer, DateTimeOffset now)
    {
        if (envelope.Header.Expiry is { } expiry && expiry <= now)
        {
            return new Refusal(RefusalReason.Expired, $"the signature expired at {expiry:u}");
        }
        if (envelope.Header.Scheme != signer.Scheme)
        {
            return new Refusal(RefusalReason.WrongSigner, $"it was signed in the scheme {envelope.Header.Scheme}, and the trust store is for {signer.Scheme}");
        }
        if (envelope.Header.AuthenticSigningTime is { } authentic)
        {
            return SignedInFuture.Is(authentic, now) ? SignedInFuture.Refuse(authentic) : new Moment(authentic, authentic, authentic);
        }
        if (envelope.Timestamp is not { } token || signer.TimestampAuthorities.IsEmpty)
        {
            return new Moment(At: null, now, now);
        }
        var authorities = signer.TimestampAuthorities.Select(each => new TrustedAuthority(UntrustedText.Show(each.Subject), [each], new Validity(null, null)));
        return !Timestamps.CheckToken(token, envelope.Signature, authorities).Is(out var timestamp, out var refusal) ? refusal
            : CertificateRules.CheckTimestamp(timestamp.Path) is { } unfit ? unfit
            : SignedInFuture.Is(timestamp.At, now) ? SignedInFuture.Refuse(timestamp.At)
            : new Moment(timestamp.At, timestamp.At - timestamp.Accuracy, timestamp.At + timestamp.Accuracy);
    }

    private static string Name(X509Certificate2 certificate) =>
        DistinguishedName.Of(certificate.SubjectName) is { } attributes ? DistinguishedName.Show(attributes) : certificate.Subject;
}
