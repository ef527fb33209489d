using System.Security.Cryptography;
using Tapedeck.Manifest.Reading;
using Tapedeck.Oci.Signatures;
using Tapedeck.Policy.Reading;
using Xunit;

namespace Tapedeck.Manifest.Tests.Reading;

public sealed class TrustPolicyReaderTests
{
    private const string Head = "apiVersion: tapedeck.dev/v1alpha1\nkind: TrustPolicy\n";
    private const string Signer = "{keys: [\"-----BEGIN PUBLIC KEY-----\\nx\"]}";

    [Theory]
    [InlineData("ghcr.io/acme/weather", SignatureMode.Require)]
    [InlineData("ghcr.io/other", SignatureMode.Warn)]
    [InlineData("docker.io/library/x", SignatureMode.None)]
    [InlineData("/folders/x", SignatureMode.None)]
    public void The_narrowest_rule_says_what_a_missing_signature_does(string repository, SignatureMode mode)
    {
        var policy = Read($"{Head}rules:\n- {{prefix: ghcr.io, mode: warn, verify: {Signer}}}\n- {{prefix: '*', mode: none}}\n- {{prefix: ghcr.io/acme, mode: require, verify: {Signer}}}", out var problems);
        Assert.Empty(problems);
        Assert.Equal(mode, policy!.ModeFor(repository));
    }

    [Fact]
    public void Each_rule_has_its_own_signers()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = System.Text.Json.JsonSerializer.Serialize(key.ExportSubjectPublicKeyInfoPem());
        var policy = Read($"{Head}rules:\n- {{prefix: ghcr.io, mode: require, verify: {{keys: [{pem}], signedAs: [ghcr.io/a/b]}}}}\n- {{prefix: quay.io, mode: warn, verify: {Signer}}}", out _)!;
        Assert.Null(policy.With(null, out var problem));
        Assert.StartsWith("rules[1].verify.keys[0]: ", problem, StringComparison.Ordinal);
        var rule = (policy with { Rules = [policy.Rules[0]] }).With(null, out _)!.Rules.Single();
        Assert.Equal(("ghcr.io", SignatureMode.Require, "ghcr.io/a/b"), (rule.Prefix.ToString(), rule.Mode, rule.SignedAs.Single()));
        Assert.IsType<KeySigner>(rule.Signers.Single());
    }

    [Theory]
    [InlineData("", "expected one document, a TrustPolicy")]
    [InlineData("apiVersion: tapedeck.dev/v1alpha1\nkind: WasmTool\nrules: []", "kind: expected TrustPolicy of tapedeck.dev/v1alpha1")]
    [InlineData(Head, "rules: expected a list of rules, but found nothing")]
    [InlineData(Head + "rules:\n- {prefix: ghcr.io}", "rules[0].mode: expected none, warn or require, but found nothing")]
    [InlineData(Head + "rules:\n- {prefix: ghcr.io, mode: audit, verify: " + Signer + "}", "rules[0].mode: expected none, warn or require")]
    [InlineData(Head + "rules:\n- {prefix: 'https://ghcr.io', mode: none}", "rules[0].prefix: expected a registry")]
    [InlineData(Head + "rules:\n- {prefix: ghcr.io, mode: require}", "rules[0].verify: expected who may sign")]
    [InlineData(Head + "rules:\n- {prefix: ghcr.io, mode: none, verify: " + Signer + "}", "rules[0].verify: mode none asks nobody")]
    [InlineData(Head + "rules:\n- {prefix: ghcr.io, mode: none}\n- {prefix: GHCR.io, mode: none}", "rules: ghcr.io has two rules")]
    [InlineData(Head + "rules:\n- {prefix: ghcr.io, mod: none}", "unknown field 'mod'")]
    public void What_is_no_policy_is_named(string text, string expected)
    {
        Assert.Null(Read(text, out var problems));
        Assert.Contains(expected, string.Join('\n', problems), StringComparison.Ordinal);
    }

    private static TrustPolicy? Read(string text, out string[] problems)
    {
        var list = new ProblemList("trust.yaml");
        var policy = TrustPolicyReader.Read(text, list);
        problems = [.. list.All.Select(problem => problem.ToString())];
        return policy;
    }
}
