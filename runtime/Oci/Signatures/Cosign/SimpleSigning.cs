using Tapedeck.Oci.Signatures.Reading;

namespace Tapedeck.Oci.Signatures.Cosign;

/// <summary>
/// The claim that cosign's tag layout signs, byte for byte as it was fetched:
/// <see href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md"/>, of
/// <see href="https://github.com/containers/image/blob/main/docs/containers-signature.5.md"/>.
/// </summary>
internal static class SimpleSigning
{
    internal const int MostBytes = 64 * 1024;
    internal const string MediaType = "application/vnd.dev.cosign.simplesigning.v1+json";
    private const string Type = "cosign container image signature";

    /// <summary>Why the claim is not about the artifact; null where it is.</summary>
    internal static Refusal? Check(ReadOnlyMemory<byte> payload, SignedSubject subject)
    {
        if (!Readings.Of("the signed payload", () => Read(payload)).Is(out var claim, out var refusal))
        {
            return refusal;
        }
        return claim.Digest != subject.Digest.ToString()
                ? new Refusal(RefusalReason.WrongDigest, $"it signs {UntrustedText.Show(claim.Digest)}, not {subject.Digest}")
            : subject.MayBeFrom(claim.Repository) ? null
            : subject.WrongRepository(claim.Repository);
    }

    /// <summary>What stands under <c>critical</c> has to be understood, all of it; <c>optional</c> is anybody's.</summary>
    private static Claim Read(ReadOnlyMemory<byte> payload)
    {
        var critical = JsonNode.Parse(payload, MostBytes).Only("critical", "optional")["critical"].Only("identity", "image", "type");
        var type = critical["type"].Text();
        return type == Type
            ? new Claim(
                critical["identity"].Only("docker-reference")["docker-reference"].Text(),
                critical["image"].Only("docker-manifest-digest")["docker-manifest-digest"].Text())
            : throw critical["type"].Unknown($"is '{UntrustedText.Show(type)}', not '{Type}'");
    }

    private sealed record Claim(string Repository, string Digest);
}
