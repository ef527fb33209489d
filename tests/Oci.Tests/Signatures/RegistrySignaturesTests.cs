using Tapedeck.Oci.Registries;
using Tapedeck.Oci.Signatures;
using Xunit;

namespace Tapedeck.Oci.Tests.Signatures;

/// <summary>The given registry's signatures as a real server hands them out, with the one replay that lies in it.</summary>
public sealed class RegistrySignaturesTests(DockerRegistry registry) : IClassFixture<DockerRegistry>
{
    private static readonly Digest Replayed = Digest.Parse("sha256:09b952ddb8d39b4aa0cd9b4fc55ab2b76cccd3a6dea58ae7ecc29cc6d2ab1bb9");
    private static readonly Digest Old = Digest.Parse("sha256:736b9af15937303ffafb292f20fe398f835426480f6aa8adabd6da312a80351c");

    [DockerRegistryFact]
    public async Task Every_signature_is_found_and_verified()
    {
        var verification = await Verify("demo/greet", Given.Artifact, Given.RepositoryName);
        Assert.Equal(["cosign tag", "sigstore bundle", "notation jws"], verification.Signatures.Select(each => each.Form));
        Assert.Empty(verification.Attempts);
    }

    [DockerRegistryFact]
    public async Task A_signature_under_another_artifacts_tag_is_refused()
    {
        var verification = await Verify("demo/greet", Replayed, Given.RepositoryName);
        Assert.False(verification.IsAllowed);
        Assert.Equal(RefusalReason.WrongDigest, Assert.Single(verification.Attempts).Refusal.Reason);
    }

    [DockerRegistryFact]
    public async Task A_signature_of_another_repository_is_refused()
    {
        Assert.True((await Verify("demo/old", Old, "localhost:5010/demo/old")).IsAllowed);
        var verification = await Verify("demo/old", Old, Given.RepositoryName);
        Assert.Equal(RefusalReason.WrongRepository, Assert.Single(verification.Attempts).Refusal.Reason);
    }

    private async Task<Verification> Verify(string repository, Digest digest, string signedAs)
    {
        using var client = new RegistryClient(registry.Options);
        var rule = new VerificationRule(Rules.Prefix(registry.Host), SignatureMode.Require, [Given.KeySigner, Given.NotationSigner()]) { SignedAs = [signedAs] };
        return await new Verifier(new FixedTime(Given.Now)).Verify(
            client.Open(Reference.Parse($"{registry.Host}/{repository}").Required), digest, new VerificationPolicy([rule]), default);
    }
}
