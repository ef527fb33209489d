using System.Security.Cryptography;
using Tapedeck.Oci.Signatures;
using Tapedeck.Oci.Signatures.Keys;
using Xunit;

namespace Tapedeck.Oci.Tests.Signatures;

public sealed class GivenSignaturesTests
{
    [Fact]
    public async Task What_both_generations_of_cosign_signed_is_verified_with_their_key()
    {
        var verification = await Verify(Given.Repository(), Given.Artifact, Given.KeySigner);
        Assert.Equal(["cosign tag", "sigstore bundle"], verification.Signatures.Select(each => each.Form));
        Assert.All(verification.Signatures, each => Assert.Equal(Given.KeySigner.Key.Fingerprint, each.Signer.Key));
        Assert.Empty(verification.Attempts);
        Assert.True(verification.IsAllowed);
    }

    [Theory]
    [InlineData("jws")]
    [InlineData("cose")]
    public async Task What_notation_signed_is_verified_with_its_authority(string form)
    {
        var verification = await Verify(Given.Repository(), form == "jws" ? Given.Artifact : Given.CoseArtifact, Given.NotationSigner());
        var signature = Assert.Single(verification.Signatures);
        Assert.Equal($"notation {form}", signature.Form);
        Assert.Equal(new SignerIdentity("", "C=US, ST=WA, O=Demo, CN=Demo Notation CA", "C=US, ST=WA, O=Demo, CN=demo signer"), signature.Signer);
        Assert.Null(signature.SignedAt);
    }

    [Fact]
    public async Task Nothing_is_verified_with_another_key()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var verification = await Verify(
            Given.Repository(), Given.Artifact, new KeySigner(VerificationKey.Read(other.ExportSubjectPublicKeyInfoPem(), out _)!));
        Assert.False(verification.IsAllowed);
        Assert.Equal([RefusalReason.WrongSignature, RefusalReason.WrongSignature], verification.Attempts.Select(each => each.Refusal.Reason));
    }

    [Theory]
    [InlineData("x509.subject: C=US, ST=WA, O=Other")]
    [InlineData("x509.subject: C=US, ST=WA, O=Demo, CN=Demo")]
    [InlineData("x509.subject: C=US, ST=WA, O=Demo, OU=Demo")]
    public async Task Nothing_is_verified_for_another_subject(string identity)
    {
        var verification = await Verify(Given.Repository(), Given.Artifact, Given.NotationSigner(identity));
        Assert.Equal(RefusalReason.WrongSigner, Assert.Single(verification.Attempts).Refusal.Reason);
    }

    [Fact]
    public async Task A_certificate_that_has_run_out_verifies_nothing_without_a_timestamp()
    {
        var verification = await Verify(Given.Repository(), Given.Artifact, new DateTimeOffset(2028, 1, 1, 0, 0, 0, TimeSpan.Zero), Given.NotationSigner());
        Assert.Equal(RefusalReason.UntrustedCertificate, Assert.Single(verification.Attempts).Refusal.Reason);
    }

    [Fact]
    public async Task A_signature_that_was_moved_to_another_digest_is_refused()
    {
        var repository = Given.Repository();
        var other = Digest.Sha256("another artifact"u8);
        repository.Push(Given.Bytes("cosign2-manifest.json"), $"sha256-{other.Hex}.sig");
        repository.Push(Given.Bytes("fallback-index.json"), FallbackTag.Of(other));
        var verification = await Verify(repository, other, Given.KeySigner, Given.NotationSigner());
        Assert.False(verification.IsAllowed);
        Assert.All(verification.Attempts, each => Assert.Equal(RefusalReason.WrongDigest, each.Refusal.Reason));
        Assert.Equal(3, verification.Attempts.Length);
    }

    [Fact]
    public async Task A_signature_of_another_repository_is_refused()
    {
        var repository = Given.Repository("registry.example/prod/greet");
        var verification = await Verify(repository, Given.Artifact, Given.KeySigner);
        var attempt = Assert.Single(verification.Attempts);
        Assert.Equal(RefusalReason.WrongRepository, attempt.Refusal.Reason);
        Assert.Contains("localhost:5010/demo/greet", attempt.Refusal.Message, StringComparison.Ordinal);

        // The bundle names no repository: it says that these bytes are good, wherever they lie, and the rule says whose word counts here.
        Assert.Equal("sigstore bundle", Assert.Single(verification.Signatures).Form);
    }

    [Fact]
    public async Task A_copy_is_verified_where_its_rule_names_the_repository_it_was_signed_in()
    {
        var rule = new VerificationRule(Rules.Prefix("registry.example"), SignatureMode.Require, [Given.KeySigner]) { SignedAs = [Given.RepositoryName] };
        var verification = await new Verifier(new FixedTime(Given.Now)).Verify(
            Given.Repository("registry.example/prod/greet"), Given.Artifact, new VerificationPolicy([rule]), default);
        Assert.Equal(["cosign tag", "sigstore bundle"], verification.Signatures.Select(each => each.Form));
    }

    private static Task<Verification> Verify(MemoryRepository repository, Digest digest, params TrustedSigner[] signers) =>
        Verify(repository, digest, Given.Now, signers);

    private static Task<Verification> Verify(MemoryRepository repository, Digest digest, DateTimeOffset now, params TrustedSigner[] signers) =>
        new Verifier(new FixedTime(now)).Verify(
            repository, digest, new VerificationPolicy([new VerificationRule(RepositoryPrefix.All, SignatureMode.Require, [.. signers])]), default);
}
