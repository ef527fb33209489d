using Tapedeck.Manifest.Specs;
using Tapedeck.Oci;
using Tapedeck.Oci.Signatures;
using Xunit;

namespace Tapedeck.Manifest.Tests;

public sealed class SignersTests
{
    private static readonly SignerIdentity Key = new("00ff", "", "");
    private static readonly SignerIdentity Identity = new("", "https://issuer.example", "me");

    /// <summary>Nobody signs with another's key. An authority vouches for whomever its owner likes, so it matters who named it.</summary>
    [Theory]
    [InlineData("a key", null, "cosign tag", false, "key 00ff")]
    [InlineData("a key", "mine", "cosign tag", false, "key 00ff")]
    [InlineData("an identity", null, "sigstore bundle", false, "me by https://issuer.example")]
    [InlineData("an identity", "mine", "sigstore bundle", false, "me by https://issuer.example, as the tool alone has it")]
    [InlineData("an identity", "mine", "sigstore bundle", true, "me by https://issuer.example")]
    [InlineData("an identity", null, "notation jws", false, "me by https://issuer.example, as the tool alone has it")]
    [InlineData("an identity", null, "notation cose", true, "me by https://issuer.example")]
    public void Whose_signature_it_is_for_policies(string by, string? root, string form, bool isToolBelieved, string expected)
    {
        var verification = new Verification(SignatureMode.Require, Digest.Sha256([]), [new(by == "a key" ? Key : Identity, form, null, "here")], [], []);
        Assert.Equal(expected, Assert.Single(Trust.SignersOf(new VerifySpec { TrustedRootConfigMap = root }, verification, isToolBelieved)).ToString());
    }

    [Fact]
    public void Who_signed_twice_is_named_once_and_all_in_order()
    {
        var verification = new Verification(SignatureMode.Require, Digest.Sha256([]), [new(Identity, "cosign tag", null, "a"), new(Key, "cosign tag", null, "b"), new(Identity, "sigstore bundle", null, "c")], [], []);
        Assert.Equal(["key 00ff", "me by https://issuer.example"], Trust.SignersOf(new VerifySpec(), verification, isToolBelieved: false).Select(signer => signer.ToString()));
    }

    [Fact]
    public void Identities_are_verified_by_no_root_but_one_that_is_given()
    {
        Assert.Null(Trust.Of(new VerifySpec { Keyless = [new("https://issuer.example", "me")] }, null, out var problem));
        Assert.StartsWith("spec.verify.trustedRootConfigMap: ", problem, StringComparison.Ordinal);
    }
}
