using System.Security.Cryptography;
using System.Text;
using Tapedeck.Oci.Images;
using Tapedeck.Oci.Signatures;
using Tapedeck.Oci.Signatures.Keys;
using Xunit;

namespace Tapedeck.Oci.Tests.Signatures;

public sealed class VerifierTests
{
    private const string BundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private static readonly Digest Unsigned = Digest.Sha256("unsigned"u8);

    [Theory]
    [InlineData(SignatureMode.None, true)]
    [InlineData(SignatureMode.Warn, true)]
    [InlineData(SignatureMode.Require, false)]
    public async Task An_artifact_without_a_signature_is_allowed_as_the_mode_says(SignatureMode mode, bool isAllowed)
    {
        var verification = await Verify(Given.Repository(), Unsigned, new VerificationRule(RepositoryPrefix.All, mode, [Given.KeySigner]));
        Assert.Equal((isAllowed, false), (verification.IsAllowed, verification.IsVerified));
        Assert.Equal(mode == SignatureMode.None ? [] : [RefusalReason.NoSignature], verification.Attempts.Select(each => each.Refusal.Reason));
    }

    [Fact]
    public async Task Nothing_is_asked_where_no_rule_covers_the_repository()
    {
        var repository = Given.Repository();
        var verification = await Verify(repository, Unsigned, new VerificationRule(Rules.Prefix("ghcr.io"), SignatureMode.Require, [Given.KeySigner]));
        Assert.Equal((SignatureMode.None, true, 0), (verification.Mode, verification.IsAllowed, repository.Requests));
    }

    [Fact]
    public async Task A_rule_that_names_nobody_lets_nothing_pass()
    {
        var verification = await Verify(Given.Repository(), Given.Artifact, new VerificationRule(RepositoryPrefix.All, SignatureMode.Require, []));
        Assert.False(verification.IsAllowed);
        Assert.Equal(RefusalReason.NobodyTrusted, Assert.Single(verification.Attempts).Refusal.Reason);
    }

    [Theory]
    [InlineData("ghcr.io/acme/greet", "ghcr.io/acme/greet")]
    [InlineData("ghcr.io/acme/greet/more", "ghcr.io/acme/greet")]
    [InlineData("ghcr.io/acme/greet2", "ghcr.io/acme")]
    [InlineData("ghcr.io/acme2/greet", "ghcr.io")]
    [InlineData("ghcr.io.evil.example/acme/greet", "*")]
    public void The_rule_with_the_longest_prefix_holds(string repository, string prefix)
    {
        var policy = new VerificationPolicy(
            [.. new[] { "ghcr.io/acme", "*", "ghcr.io/acme/greet", "ghcr.io" }.Select(each => new VerificationRule(Rules.Prefix(each), SignatureMode.Warn, []))]);
        Assert.Equal(prefix, policy.RuleFor(repository).Prefix.ToString());
    }

    [Fact]
    public async Task All_signers_whose_signature_is_there_are_named()
    {
        var verification = await Verify(
            Given.Repository(), Given.Artifact, new VerificationRule(RepositoryPrefix.All, SignatureMode.Require, [Given.KeySigner, Given.NotationSigner()]));
        Assert.Equal(["cosign tag", "sigstore bundle", "notation jws"], verification.Signatures.Select(each => each.Form));
        Assert.Empty(verification.Attempts);
    }

    [Fact]
    public async Task A_signature_in_a_form_that_no_signer_uses_is_told_of()
    {
        var verification = await Verify(Given.Repository(), Given.CoseArtifact, new VerificationRule(RepositoryPrefix.All, SignatureMode.Require, [Given.KeySigner]));
        Assert.Equal(RefusalReason.NobodyTrusted, Assert.Single(verification.Attempts).Refusal.Reason);
    }

    [Fact]
    public async Task A_registry_that_is_down_verifies_nothing_and_may_be_asked_again()
    {
        var repository = new MemoryRepository(Given.RepositoryName);
        var error = new RetryableError(OciErrorKind.Unreachable, "no answer", "localhost:5010", "try again");
        repository.Faults[$"sha256-{Given.Artifact.Hex}.sig"] = error;
        repository.Faults[FallbackTag.Of(Given.Artifact)] = error;
        var verification = await Verify(repository, Given.Artifact, new VerificationRule(RepositoryPrefix.All, SignatureMode.Require, [Given.KeySigner]));
        Assert.False(verification.IsAllowed);
        Assert.Equal(error, verification.Retry);
        Assert.All(verification.Attempts, each => Assert.Equal(RefusalReason.NotFetched, each.Refusal.Reason));
    }

    [Fact]
    public async Task One_signature_that_cannot_be_had_does_not_hide_another()
    {
        var repository = Given.Repository();
        repository.Faults[$"sha256-{Given.Artifact.Hex}.sig"] = new RetryableError(OciErrorKind.Busy, "busy", "localhost:5010", "try again");
        var verification = await Verify(repository, Given.Artifact, new VerificationRule(RepositoryPrefix.All, SignatureMode.Require, [Given.KeySigner]));
        Assert.True(verification.IsAllowed);
        Assert.Null(verification.Retry);
        Assert.Equal("sigstore bundle", Assert.Single(verification.Signatures).Form);
    }

    public static readonly TheoryData<string, RefusalReason> Hostile = new()
    {
        { "a referrer of another artifact", RefusalReason.WrongDigest },
        { "a referrer without a subject", RefusalReason.WrongDigest },
        { "a bundle of two layers", RefusalReason.Malformed },
        { "a bundle that is not there", RefusalReason.NotFetched },
        { "a manifest that is listed and not there", RefusalReason.NotFetched },
        { "a bundle that claims to be huge", RefusalReason.TooLarge },
        { "a bundle that is no JSON", RefusalReason.Malformed },
        { "a bundle that is nested deeply", RefusalReason.Malformed },
        { "a bundle with half a character", RefusalReason.Malformed },
        { "an index as the signature's manifest", RefusalReason.Malformed },
        { "a layer without a signature", RefusalReason.Malformed },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_broken_signature_is_refused_with_its_reason(string what, RefusalReason reason)
    {
        var repository = new MemoryRepository("registry.example/greet");
        var content = what switch
        {
            "a bundle that is no JSON" => "{"u8.ToArray(),
            "a bundle that is nested deeply" => [.. Enumerable.Repeat((byte)'[', 5000)],
            "a bundle with half a character" => "{\"mediaType\":\"\\ud800\"}"u8.ToArray(),
            _ => Given.Bytes("cosign3-bundle.json"),
        };
        if (what != "a bundle that is not there")
        {
            repository.Push(content);
        }
        var layer = Documents.Layer(BundleType, content);
        if (what == "a bundle that claims to be huge")
        {
            layer["size"] = 1L << 40;
        }
        var subject = what == "a referrer of another artifact" ? Unsigned : what == "a referrer without a subject" ? null : Given.Artifact;
        var manifest = what == "a manifest that is listed and not there" ? Unsigned : repository.Push(what == "a bundle of two layers"
            ? Documents.Manifest(BundleType, subject, layer, Documents.Layer(BundleType, content))
            : Documents.Manifest(BundleType, subject, layer));
        if (what == "an index as the signature's manifest")
        {
            repository.Push(Documents.Index(manifest), $"sha256-{Given.Artifact.Hex}.sig");
        }
        else if (what == "a layer without a signature")
        {
            repository.Push(Documents.Manifest("", null, Documents.Layer("application/vnd.dev.cosign.simplesigning.v1+json", content)), $"sha256-{Given.Artifact.Hex}.sig");
        }
        else
        {
            repository.Push(Documents.Index(manifest), FallbackTag.Of(Given.Artifact));
        }
        var verification = await Verify(repository, Given.Artifact, new VerificationRule(RepositoryPrefix.All, SignatureMode.Require, [Given.KeySigner]));
        Assert.False(verification.IsAllowed);
        Assert.Equal(reason, Assert.Single(verification.Attempts).Refusal.Reason);
    }

    [Fact]
    public async Task Only_so_many_signatures_are_looked_at()
    {
        var repository = new MemoryRepository("registry.example/greet");
        var layers = Enumerable.Range(0, 70).Select(each => Documents.Layer("application/vnd.dev.cosign.simplesigning.v1+json", [(byte)each])).ToArray();
        for (var each = 0; each < layers.Length; each++)
        {
            repository.Push([(byte)each]);
        }
        repository.Push(Documents.Manifest("", null, layers), $"sha256-{Given.Artifact.Hex}.sig");
        var verification = await Verify(repository, Given.Artifact, new VerificationRule(RepositoryPrefix.All, SignatureMode.Require, [Given.KeySigner]));
        Assert.Equal((64, 6), (verification.Attempts.Count(each => each.Refusal.Reason == RefusalReason.Malformed),
            verification.Attempts.Count(each => each.Refusal.Reason == RefusalReason.TooLarge)));
        Assert.InRange(repository.Requests, 64, 70);
    }

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    [InlineData(true, true, true)]
    [InlineData(false, false, false)]
    public async Task Of_an_index_the_signature_counts_or_that_of_the_manifest_that_is_chosen_from_it(bool isIndexSigned, bool isChosenSigned, bool isVerified)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var repository = new MemoryRepository("registry.example/greet");
        var (other, chosen) = (repository.Push(Documents.Manifest("a", null)), repository.Push(Documents.Manifest("b", null)));
        var index = repository.Push(Encoding.UTF8.GetBytes(
            $$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.ImageIndex}}","manifests":[
             {"mediaType":"{{MediaTypes.ImageManifest}}","digest":"{{other}}","size":1,"platform":{"architecture":"amd64","os":"linux"} },
             {"mediaType":"{{MediaTypes.ImageManifest}}","digest":"{{chosen}}","size":1,"platform":{"architecture":"wasm","os":"wasip2"} }]}
            """));
        Sign(repository, other, key);
        foreach (var (isSigned, digest) in new[] { (isIndexSigned, index), (isChosenSigned, chosen) })
        {
            if (isSigned)
            {
                Sign(repository, digest, key);
            }
        }
        var signer = new KeySigner(VerificationKey.Read(key.ExportSubjectPublicKeyInfoPem(), out _)!);
        var verification = await Verify(repository, index, new VerificationRule(RepositoryPrefix.All, SignatureMode.Require, [signer]));
        Assert.Equal((isVerified, isIndexSigned || !isVerified ? index : chosen), (verification.IsVerified, verification.Digest));
        Assert.Equal(isVerified ? 0 : 2, verification.Attempts.Length);
    }

    [Fact]
    public async Task An_index_that_cannot_be_had_at_the_moment_may_be_tried_again()
    {
        var repository = new MemoryRepository("registry.example/greet");
        var index = repository.Push(Documents.Index(repository.Push(Documents.Manifest("", null))));
        repository.Faults[index.ToString()] = new RetryableError(OciErrorKind.Busy, "busy", "registry.example", "try again");
        var verification = await Verify(repository, index, new VerificationRule(RepositoryPrefix.All, SignatureMode.Require, [Given.KeySigner]));
        Assert.Equal(OciErrorKind.Busy, verification.Retry!.Kind);
    }

    [Fact]
    public async Task Checks_end_with_the_time_that_there_is()
    {
        var policy = new VerificationPolicy([new VerificationRule(RepositoryPrefix.All, SignatureMode.Require, [Given.KeySigner])]);
        var verifier = new Verifier(new NoTimeToJudge());
        var verification = await verifier.Verify(Given.Repository(), Given.Artifact, policy, default);
        Assert.False(verification.IsVerified);
        Assert.Equal(OciErrorKind.Unreachable, Assert.IsType<RetryableError>(Assert.Single(verification.Attempts).Error).Kind);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => verifier.Verify(Given.Repository(), Given.Artifact, policy, new CancellationToken(canceled: true)));
    }

    /// <summary>Its first timer, of what is fetched, never fires, and the second at once.</summary>
    private sealed class NoTimeToJudge : TimeProvider
    {
        private int _timers;

        public override DateTimeOffset GetUtcNow() => Given.Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (_timers++ % 2 == 1)
            {
                callback(state);
            }
            return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private static void Sign(MemoryRepository repository, Digest digest, ECDsa key)
    {
        var payload = Encoding.UTF8.GetBytes(
            $$$"""{"critical":{"identity":{"docker-reference":"{{{repository.Name}}}"},"image":{"docker-manifest-digest":"{{{digest}}}"},"type":"cosign container image signature"},"optional":null}""");
        repository.Push(payload);
        var signature = Convert.ToBase64String(key.SignData(payload, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        repository.Push(
            Documents.Manifest("", null, Documents.Layer("application/vnd.dev.cosign.simplesigning.v1+json", payload, ("dev.cosignproject.cosign/signature", signature))),
            $"sha256-{digest.Hex}.sig");
    }

    [Fact]
    public async Task Other_referrers_are_no_attempts()
    {
        var repository = new MemoryRepository("registry.example/greet");
        var sbom = "{}"u8.ToArray();
        repository.Push(sbom);
        var manifest = repository.Push(Documents.Manifest("application/spdx+json", Given.Artifact, Documents.Layer("application/spdx+json", sbom)));
        repository.Push(Documents.Index(manifest), FallbackTag.Of(Given.Artifact));
        var verification = await Verify(repository, Given.Artifact, new VerificationRule(RepositoryPrefix.All, SignatureMode.Require, [Given.KeySigner]));
        Assert.Equal(RefusalReason.NoSignature, Assert.Single(verification.Attempts).Refusal.Reason);
    }

    private static Task<Verification> Verify(MemoryRepository repository, Digest digest, VerificationRule rule) =>
        new Verifier(new FixedTime(Given.Now)).Verify(repository, digest, new VerificationPolicy([rule]), default);
}
