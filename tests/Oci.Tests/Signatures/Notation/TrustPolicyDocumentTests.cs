using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tapedeck.Oci.Signatures;
using Tapedeck.Oci.Signatures.Notation;
using Xunit;

namespace Tapedeck.Oci.Tests.Signatures.Notation;

public sealed class TrustPolicyDocumentTests
{
    private static readonly Dictionary<string, ImmutableArray<X509Certificate2>> Stores = new()
    {
        ["ca:demo"] = [Given.NotationAuthority],
        ["signingAuthority:demo"] = [Given.NotationAuthority],
        ["tsa:demo"] = [Given.NotationAuthority],
    };

    [Fact]
    public async Task Notations_own_policy_verifies_what_notation_signed()
    {
        var rules = TrustPolicyDocument.Read(Given.Bytes("notation-trustpolicy.json"), Stores, out var problem);
        Assert.Equal("", problem);
        var verification = await new Verifier(new FixedTime(Given.Now)).Verify(Given.Repository(), Given.Artifact, new VerificationPolicy([.. rules!]), default);
        Assert.Equal("notation jws", Assert.Single(verification.Signatures).Form);
    }

    [Fact]
    public void Stores_of_each_type_find_their_place()
    {
        var rules = TrustPolicyDocument.Read(Policy("strict", "\"ca:demo\",\"signingAuthority:demo\",\"tsa:demo\"", "*"), Stores, out _)!;
        var rule = Assert.Single(rules);
        Assert.Equal((RepositoryPrefix.All, SignatureMode.Require), (rule.Prefix, rule.Mode));
        Assert.Equal([SigningScheme.X509, SigningScheme.SigningAuthority], rule.Signers.Cast<NotationSigner>().Select(each => each.Scheme));
        Assert.All(rule.Signers.Cast<NotationSigner>(), each => Assert.Single(each.TimestampAuthorities));
    }

    [Fact]
    public void A_policy_that_skips_asks_nothing() =>
        Assert.Equal(SignatureMode.None, Assert.Single(TrustPolicyDocument.Read(Policy("skip", "", "*"), Stores, out _)!).Mode);

    [Theory]
    [InlineData("permissive", "\"ca:demo\"", "*", "permissive")]
    [InlineData("audit", "\"ca:demo\"", "*", "warn")]
    [InlineData("strict", "\"ca:other\"", "*", "not there")]
    [InlineData("strict", "\"demo\"", "*", "none of the types")]
    [InlineData("strict", "\"ca:demo\"", "*\",\"ghcr.io/acme", "beside other scopes")]
    [InlineData("strict", "\"ca:demo\"", "acme/greet", "not a prefix")]
    [InlineData("strict", "\"ca:demo\"", "ghcr.io/acme\",\"ghcr.io/acme", "twice")]
    [InlineData("strict\",\"override\":{\"revocation\":\"skip\"},\"x\":\"", "\"ca:demo\"", "*", "override")]
    public void A_policy_that_cannot_be_kept_is_refused(string level, string stores, string scope, string why)
    {
        Assert.Null(TrustPolicyDocument.Read(Policy(level, stores, scope), Stores, out var problem));
        Assert.Contains(why, problem, StringComparison.Ordinal);
    }

    private static byte[] Policy(string level, string stores, string scope) => Encoding.UTF8.GetBytes(
        $$"""
        {"version":"1.0","trustPolicies":[{"name":"p","registryScopes":["{{scope}}"],"signatureVerification":{"level":"{{level}}"},
        "trustStores":[{{stores}}],"trustedIdentities":["x509.subject: C=US, ST=WA, O=Demo"]}]}
        """);
}
