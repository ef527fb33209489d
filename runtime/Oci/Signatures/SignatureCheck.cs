using Tapedeck.Oci.Signatures.Cosign;
using Tapedeck.Oci.Signatures.Notation;
using Tapedeck.Oci.Signatures.Reading;
using Tapedeck.Oci.Signatures.Sigstore;

namespace Tapedeck.Oci.Signatures;

/// <summary>One signature against one signer.</summary>
internal static class SignatureCheck
{
    /// <summary>Null where such a signer does not sign in such a form.</summary>
    internal static Checked<VerifiedSignature>? Check(FoundSignature found, TrustedSigner signer, SignedSubject subject, TimeSpan maxAge, DateTimeOffset now) =>
        (found, signer) switch
        {
            (TagSignature tag, KeySigner or KeylessSigner) => Readings.Check("the signature", () => OfTag(tag, signer, subject, maxAge, now)),
            (BundleSignature bundle, KeySigner or KeylessSigner) => Readings.Check("the bundle", () => OfBundle(bundle, signer, subject, maxAge, now)),
            (EnvelopeSignature envelope, NotationSigner notation) => Readings.Check("the envelope", () => EnvelopeCheck.Check(envelope, notation, subject, now)),
            _ => default(Checked<VerifiedSignature>?),
        };

    private static Checked<VerifiedSignature> OfTag(TagSignature found, TrustedSigner signer, SignedSubject subject, TimeSpan maxAge, DateTimeOffset now) =>
        !TagSignatureReader.Read(found).Is(out var signed, out var refusal) ? refusal
        : SimpleSigning.Check(found.Payload, subject) is { } wrong ? wrong
        : OfSigner(signed.Bundle, signed.Content, signer, "cosign tag", found.Where, maxAge, now);

    private static Checked<VerifiedSignature> OfBundle(BundleSignature found, TrustedSigner signer, SignedSubject subject, TimeSpan maxAge, DateTimeOffset now) =>
        Bundle.Read(found.Json).Is(out var bundle, out var refusal) && ContentCheck.Check(bundle, subject).Is(out var content, out refusal)
            ? OfSigner(bundle, content, signer, "sigstore bundle", found.Where, maxAge, now)
            : refusal;

    private static Checked<VerifiedSignature> OfSigner(
        Bundle bundle, SignedContent content, TrustedSigner signer, string form, string where, TimeSpan maxAge, DateTimeOffset now)
    {
        var root = signer is KeylessSigner { Root: var rootOfKeyless } ? rootOfKeyless : ((KeySigner)signer).Root;
        if (root is not null && TrustedRootAge.Check(root, maxAge, now) is { } stale)
        {
            return stale;
        }
        if (signer is KeySigner { Key: var key })
        {
            return BundleCheck.WithKey(bundle, content, key, root, now).Is(out var good, out var bad)
                ? new VerifiedSignature(new SignerIdentity(key.Fingerprint, "", ""), form, good.SignedAt, where)
                : bad;
        }
        var keyless = (KeylessSigner)signer;
        if (!BundleCheck.Keyless(bundle, content, keyless.Root, now).Is(out var verified, out var refusal))
        {
            return refusal;
        }
        var identity = new SignerIdentity("", verified.Identity!.Issuer, verified.Identity.Subject);
        return keyless.Issuer.IsMatch(identity.Issuer) && keyless.Subject.IsMatch(identity.Identity)
            ? new VerifiedSignature(identity, form, verified.SignedAt, where)
            : new Refusal(RefusalReason.WrongSigner, $"it was signed by {identity}");
    }
}
