using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Tapedeck.Oci.Signatures;
using Tapedeck.Oci.Signatures.Cosign;
using Tapedeck.Oci.Tests.Signatures.Making;
using Xunit;

namespace Tapedeck.Oci.Tests.Signatures;

/// <summary>Names of properties that are no text, wherever a stranger's JSON is read. Each stands beside a good signature, which has to count.</summary>
public sealed class UnreadableNamesTests
{
    private const string BundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private const string EnvelopeType = "application/vnd.cncf.notary.signature";
    private static readonly byte[] Half = "{\"\\ud800\":1}"u8.ToArray();
    private static readonly Digest Artifact = Digest.Sha256("an artifact"u8);
    private static readonly SigstoreService Sigstore = new();
    private static readonly EnvelopeService Envelopes = new();
    private static readonly BundleRecipe Good = new(Artifact);

    public static readonly TheoryData<string> Places =
        ["bundle", "name that is not UTF-8", "statement", "log entry", "payload under the tag", "log entry under the tag", "envelope", "protected header", "payload of an envelope"];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_name_that_is_no_text_breaks_its_own_signature_and_no_other(string place)
    {
        var repository = new MemoryRepository("registry.example/acme/greet");
        var good = Push(repository, BundleType, BundleType, Documents.Utf8(Sigstore.Sign(Good)));
        Digest[] bad = place switch
        {
            "bundle" => [Push(repository, BundleType, BundleType, Half)],
            "name that is not UTF-8" => [Push(repository, BundleType, BundleType, [.. "{\""u8, 0xff, .. "\":1}"u8])],
            "statement" => [Push(repository, BundleType, BundleType, OfStatement())],
            "log entry" => [Push(repository, BundleType, BundleType, Documents.Utf8(Sigstore.Sign(Good with { LogBody = _ => Encoding.UTF8.GetString(Half) })))],
            "envelope" => [Push(repository, EnvelopeType, "application/jose+json", Half)],
            "protected header" => [Push(repository, EnvelopeType, "application/jose+json", OfEnvelope("protected"))],
            "payload of an envelope" => [Push(repository, EnvelopeType, "application/jose+json", Envelopes.Sign("jws", new EnvelopeRecipe(Artifact) { Payload = Half }))],
            "payload under the tag" => PushTag(repository, Half, ("dev.cosignproject.cosign/signature", "AAAA")),
            _ => PushTag(repository, "{}"u8.ToArray(), ("dev.cosignproject.cosign/signature", "AAAA"), ("dev.sigstore.cosign/bundle", Encoding.UTF8.GetString(Half))),
        };
        repository.Push(Documents.Index([.. bad, good]), FallbackTag.Of(Artifact));
        var signers = new TrustedSigner[]
        {
            new KeylessSigner(IdentityPattern.Exactly(Good.Issuer), IdentityPattern.Exactly(Good.Identity), Sigstore.Root()),
            new NotationSigner("acme", [Envelopes.Authority.Certificate], []),
        };
        var policy = new VerificationPolicy([new VerificationRule(RepositoryPrefix.All, SignatureMode.Require, [.. signers])]);
        var verification = await new Verifier(new FixedTime(SigstoreService.Now)).Verify(repository, Artifact, policy, default);
        Assert.True(verification.IsVerified);
        Assert.Equal(RefusalReason.Malformed, Assert.Single(verification.Attempts).Refusal.Reason);
    }

    private static byte[] OfStatement()
    {
        var bundle = Sigstore.Sign(Good);
        bundle["dsseEnvelope"]!["payload"] = Convert.ToBase64String(Half);
        return Documents.Utf8(bundle);
    }

    private static byte[] OfEnvelope(string part)
    {
        var envelope = JsonNode.Parse(Envelopes.Sign("jws", new EnvelopeRecipe(Artifact)))!;
        envelope[part] = Base64Url.EncodeToString(Half);
        return Documents.Utf8(envelope);
    }

    private static Digest Push(MemoryRepository repository, string artifactType, string mediaType, byte[] content)
    {
        repository.Push(content);
        return repository.Push(Documents.Manifest(artifactType, Artifact, Documents.Layer(mediaType, content)));
    }

    private static Digest[] PushTag(MemoryRepository repository, byte[] payload, params (string Key, string Value)[] annotations)
    {
        repository.Push(payload);
        repository.Push(Documents.Manifest("", null, Documents.Layer(SimpleSigning.MediaType, payload, annotations)), $"sha256-{Artifact.Hex}.sig");
        return [];
    }
}
