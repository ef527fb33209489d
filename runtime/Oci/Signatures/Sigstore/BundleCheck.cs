using System.Security.Cryptography.X509Certificates;
using Tapedeck.Oci.Signatures.Keys;
using Tapedeck.Oci.Signatures.Reading;

namespace Tapedeck.Oci.Signatures.Sigstore;

/// <summary>
/// Checks a bundle, step by step as <see href="https://github.com/sigstore/architecture-docs/blob/main/client-spec.md"/> (Verification) has it.
/// Every proof that a bundle brings has to hold, even where fewer would do.
/// </summary>
internal static class BundleCheck
{
    /// <summary>A good signature: whose, and since when. The moment is null where nothing that is trusted tells it.</summary>
    internal sealed record Verified(CertificateIdentity? Identity, DateTimeOffset? SignedAt);

    /// <summary>Was it signed by this key? With a root the signature must also be in one of its logs.</summary>
    /// <param name="content">What the bundle signs, and which was found to be the artifact.</param>
    internal static Checked<Verified> WithKey(Bundle bundle, SignedContent content, VerificationKey key, TrustedRoot? root, DateTimeOffset now)
    {
        if (bundle.Certificate is not null)
        {
            return new Refusal(RefusalReason.WrongSigner, "it was signed with a certificate, not with a key");
        }
        if (CheckSignature(content, key) is { } wrong)
        {
            return wrong;
        }
        return root is null ? new Verified(null, null)
            : CheckMoments(bundle, content, new SignerMaterial(key, null), root, now).Is(out var moments, out var refusal) ? new Verified(null, moments.First)
            : refusal;
    }

    /// <summary>Was it signed by someone for whom an authority of the root vouches?</summary>
    /// <inheritdoc cref="WithKey" path="/param"/>
    internal static Checked<Verified> Keyless(Bundle bundle, SignedContent content, TrustedRoot root, DateTimeOffset now)
    {
        if (bundle.Certificate is not { } der)
        {
            return new Refusal(RefusalReason.WrongSigner, "it was signed with a key, not with a certificate");
        }
        using var certificate = Certificates.OfDer(der);
        if (!Readings.Of("the signer's key", () => VerificationKey.Of(certificate)).Is(out var key, out var refusal)
            || (refusal = CheckSignature(content, key)) is not null
            || !CheckMoments(bundle, content, new SignerMaterial(key, der), root, now).Is(out var moments, out refusal))
        {
            return refusal;
        }
        if (moments.First is null)
        {
            return new Refusal(RefusalReason.NoTrustedTime, "nothing trusted tells when it was signed: neither a log's promise nor a timestamp");
        }
        return CheckCertificate(certificate, moments, root) is { } wrong ? wrong
            : CertificateIdentity.Read(certificate).Is(out var identity, out refusal) ? new Verified(identity, moments.First)
            : refusal;
    }

    private static Refusal? CheckSignature(SignedContent content, VerificationKey key) =>
        key.Verifies(content.Message, content.Signature, SignatureAlgorithm.Sigstore)
            ? null
            : new Refusal(RefusalReason.WrongSignature, $"the signature is not one of the key {key.Fingerprint} over these bytes");

    private static Refusal? CheckCertificate(X509Certificate2 certificate, Moments moments, TrustedRoot root)
    {
        X509Certificate2[]? path = null;
        foreach (var at in moments.All)
        {
            if (!Certificates.IsValidAt(certificate, at))
            {
                return new Refusal(RefusalReason.UntrustedCertificate,
                    $"it was signed at {at:u}, and the certificate is valid from {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u}");
            }
            if (!PathAt(certificate, at, root).Is(out path, out var refusal))
            {
                return refusal;
            }
        }
        // A root that lists no certificate log is one of an installation that has none.
        return path is not [_, var issuer, ..] ? new Refusal(RefusalReason.UntrustedCertificate, "the certificate is an authority's own")
            : root.CertificateLogs.IsEmpty ? null
            : CertificateProof.Check(certificate, issuer, root);
    }

    private static Checked<X509Certificate2[]> PathAt(X509Certificate2 certificate, DateTimeOffset at, TrustedRoot root)
    {
        var last = new Refusal(RefusalReason.UntrustedCertificate, "the trusted root has no certificate authority");
        foreach (var authority in root.CertificateAuthorities)
        {
            if (authority.PathFrom(certificate, [], at, Certificates.CodeSigning).Is(out var path, out var refusal))
            {
                return path;
            }
            last = refusal;
        }
        return last;
    }

    /// <summary>The moments at which the signature is known to have been there.</summary>
    private sealed record Moments(DateTimeOffset[] All)
    {
        internal DateTimeOffset? First => All.Length == 0 ? null : All.Min();
    }

    private static Checked<Moments> CheckMoments(Bundle bundle, SignedContent content, SignerMaterial signer, TrustedRoot root, DateTimeOffset now)
    {
        if (bundle.LogEntries.Length == 0)
        {
            return new Refusal(RefusalReason.NotLogged, "it has no entry of a transparency log");
        }
        var entries = new List<LogEntryCheck.Verified>();
        foreach (var entry in bundle.LogEntries)
        {
            if ((CheckForm(bundle, entry) ?? LogBody.Check(entry, content, signer)) is { } wrong)
            {
                return wrong;
            }
            if (!LogEntryCheck.Check(entry, root).Is(out var logged, out var refusal))
            {
                return refusal;
            }
            entries.Add(logged);
        }
        var stamps = new List<DateTimeOffset>();
        foreach (var timestamp in bundle.Timestamps)
        {
            if (!Timestamps.CheckResponse(timestamp, bundle.Signature, root.TimestampAuthorities).Is(out var moment, out var refusal))
            {
                return refusal;
            }
            stamps.Add(moment.At);
        }
        DateTimeOffset[] all = [.. entries.Select(each => each.At).OfType<DateTimeOffset>(), .. stamps];
        if (all.Any(at => SignedInFuture.Is(at, now)))
        {
            return SignedInFuture.Refuse(all.Max());
        }
        // Where nothing tells when, a log has to be trusted still.
        var unfit = entries.SelectMany(entry => all.DefaultIfEmpty(now).Select(entry.CheckMoment)).FirstOrDefault(refusal => refusal is not null);
        return unfit is null ? new Moments(all) : unfit;
    }

    /// <summary>What a version of the bundle asks of its entries.</summary>
    private static Refusal? CheckForm(Bundle bundle, LogEntry entry) =>
        bundle.Minor == 1 && entry.Promise is null ? new Refusal(RefusalReason.WrongLogEntry, "a bundle of version 0.1 needs the log's promise")
        : bundle.Minor > 1 && entry.Proof?.Checkpoint is null
            ? new Refusal(RefusalReason.WrongLogEntry, $"a bundle of version 0.{bundle.Minor} needs an inclusion proof with a checkpoint")
        : null;
}
