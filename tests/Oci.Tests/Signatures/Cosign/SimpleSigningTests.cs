using System.Text;
using Tapedeck.Oci.Signatures;
using Tapedeck.Oci.Signatures.Cosign;
using Xunit;

namespace Tapedeck.Oci.Tests.Signatures.Cosign;

public sealed class SimpleSigningTests
{
    private const string Hex = "3707b14b9d4463c5b42c802c149c80335435a7562735ac597b51600b0e6e4768";
    private const string Type = "cosign container image signature";
    private static readonly SignedSubject Subject = new(Digest.Parse($"sha256:{Hex}"), ["docker.io/acme/greet", "registry.example:5000/acme/greet"], null);

    [Theory]
    [InlineData("docker.io/acme/greet", true)]
    [InlineData("index.docker.io/acme/greet", true)]
    [InlineData("acme/greet", true)]
    [InlineData("docker.io/acme/greet:1.0", true)]
    [InlineData("registry.example:5000/acme/greet", true)]
    [InlineData("registry.example:5000/acme/greet@sha256:" + Hex, true)]
    [InlineData("registry.example/acme/greet", false)]
    [InlineData("registry.example:5000/acme/greet2", false)]
    [InlineData("registry.example:5000/acme", false)]
    [InlineData("registry.example:5000/acme/greet/more", false)]
    [InlineData("quay.io/acme/greet", false)]
    [InlineData("", false)]
    [InlineData("no repository at all", false)]
    public void A_claim_names_the_repository_it_is_made_for(string repository, bool isAccepted)
    {
        var refusal = Check($$$"""{"critical":{"identity":{"docker-reference":"{{{repository}}}"},"image":{"docker-manifest-digest":"sha256:{{{Hex}}}"},"type":"{{{Type}}}"}}""");
        Assert.Equal(isAccepted ? null : RefusalReason.WrongRepository, refusal?.Reason);
    }

    [Theory]
    [InlineData("""{"critical":{"identity":{"docker-reference":"acme/greet"},"image":{"docker-manifest-digest":"sha256:00"},"type":"cosign container image signature"}}""", RefusalReason.WrongDigest)]
    [InlineData("""{"critical":{"identity":{"docker-reference":"acme/greet"},"image":{"docker-manifest-digest":"sha256:HEX"},"type":"atomic container signature"}}""", RefusalReason.Unsupported)]
    [InlineData("""{"critical":{"identity":{"docker-reference":"acme/greet"},"image":{"docker-manifest-digest":"sha256:HEX"},"type":"cosign container image signature","more":1}}""", RefusalReason.Unsupported)]
    [InlineData("""{"critical":{"identity":{"docker-reference":"acme/greet","until":"2020"},"image":{"docker-manifest-digest":"sha256:HEX"},"type":"cosign container image signature"}}""", RefusalReason.Unsupported)]
    [InlineData("""{"critical":{"identity":{},"image":{"docker-manifest-digest":"sha256:HEX"},"type":"cosign container image signature"}}""", RefusalReason.Malformed)]
    [InlineData("""{"critical":{"identity":{"docker-reference":"acme/greet"},"image":{"docker-manifest-digest":"sha256:00","docker-manifest-digest":"sha256:HEX"},"type":"cosign container image signature"}}""", RefusalReason.Malformed)]
    [InlineData("""{"optional":{"critical":{}}}""", RefusalReason.Malformed)]
    [InlineData("[]", RefusalReason.Malformed)]
    public void A_claim_that_is_not_understood_in_full_is_refused(string payload, RefusalReason reason) =>
        Assert.Equal(reason, Check(payload.Replace("HEX", Hex, StringComparison.Ordinal))!.Reason);

    [Fact]
    public void A_large_claim_is_refused()
    {
        var note = new string('x', SimpleSigning.MostBytes);
        Assert.Equal(RefusalReason.TooLarge, Check($$$"""{"critical":{},"optional":{"note":"{{{note}}}"}}""")!.Reason);
    }

    private static Refusal? Check(string payload) => SimpleSigning.Check(Encoding.UTF8.GetBytes(payload), Subject);
}
