using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tapedeck.Manifest.Specs;
using Tapedeck.Oci.Signatures;
using Tapedeck.Oci.Signatures.Keys;
using Tapedeck.Oci.Signatures.Notation;
using Tapedeck.Oci.Signatures.Sigstore;
using Signer = Tapedeck.Policy.Specs.Signer;

namespace Tapedeck.Manifest;

/// <summary>Whom a WasmTool trusts, as the verifier wants it.</summary>
public static class Trust
{
    /// <summary>The policy, or null and the field that cannot be used.</summary>
    /// <param name="root">What <see cref="VerifySpec.TrustedRootConfigMap"/> holds or stands for; null where there is none.</param>
    public static VerificationPolicy? Of(VerifySpec spec, TrustedRoot? root, out string problem) =>
        RuleOf(spec, root, "spec.verify", RepositoryPrefix.All, SignatureMode.Require, out problem) is { } rule ? new VerificationPolicy([rule]) : null;

    /// <param name="field">Where the spec is.</param>
    internal static VerificationRule? RuleOf(VerifySpec spec, TrustedRoot? root, string field, RepositoryPrefix prefix, SignatureMode mode, out string problem)
    {
        var signers = ImmutableArray.CreateBuilder<TrustedSigner>();
        problem = "";
        if (root is null && spec.NeedsTrustedRoot)
        {
            problem = $"{field}.trustedRootConfigMap: identities and transparency logs are verified by a trusted root, which is not given here; name a ConfigMap with one, or have the installer name one (--trusted-root)";
            return null;
        }
        for (var index = 0; index < spec.Keys.Length; index++)
        {
            if (VerificationKey.Read(spec.Keys[index], out var why) is not { } key)
            {
                problem = $"{field}.keys[{index}]: {why}";
                return null;
            }
            signers.Add(new KeySigner(key, spec.RequireTransparencyLog ? root : null));
        }
        foreach (var one in spec.Keyless)
        {
            signers.Add(new KeylessSigner(IdentityPattern.Exactly(one.Issuer), IdentityPattern.Exactly(one.Identity), root!));
        }
        for (var index = 0; index < spec.Notation.Length; index++)
        {
            if (Notation(spec.Notation[index], out var why) is not { } signer)
            {
                problem = $"{field}.notation[{index}]: {why}";
                return null;
            }
            signers.Add(signer);
        }
        return new VerificationRule(prefix, mode, signers.ToImmutable()) { SignedAs = spec.SignedAs };
    }

    /// <summary>Who signed, as policies and ceilings know signers.</summary>
    /// <param name="isToolBelieved">Who wrote the tool is who writes policies too, so that whomever it trusts is trusted.</param>
    public static ImmutableArray<Signer> SignersOf(VerifySpec spec, Verification verification, bool isToolBelieved) =>
    [
        .. verification.Signatures
            .Select(signature => new Signer(signature.Signer.Key, signature.Signer.Issuer, signature.Signer.Identity)
            {
                // Nobody makes a signature of another's key; an authority says what its owner likes.
                IsClaimed = !isToolBelieved && signature.Signer.Key.Length == 0 && (spec.TrustedRootConfigMap is not null || signature.IsNotation),
            })
            .Distinct()
            .OrderBy(signer => signer.ToString(), StringComparer.Ordinal),
    ];

    private static NotationSigner? Notation(NotationTrust trust, out string problem)
    {
        try
        {
            var authority = X509Certificate2.CreateFromPem(trust.Certificate);
            ImmutableArray<X509Certificate2> timestamps = trust.TimestampCertificate is { } pem ? [X509Certificate2.CreateFromPem(pem)] : [];
            return SubjectPattern.ReadSubject(trust.Subject, out problem) is { } subject
                ? new NotationSigner("spec.verify.notation", [authority], [subject]) { TimestampAuthorities = timestamps }
                : null;
        }
        catch (CryptographicException)
        {
            problem = "the certificate cannot be read";
            return null;
        }
    }
}
