using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Tapedeck.Manifest.Specs;
using Tapedeck.Oci.Signatures;
using Xunit;

namespace Tapedeck.Manifest.Tests;

public sealed class TrustTests
{
    [Theory]
    [InlineData("C=US, ST=WA, O=Acme", "x509.subject: C=US, ST=WA, O=Acme")]
    [InlineData("O=Acme, CN=release, ST=WA, C=US", "x509.subject: C=US, ST=WA, O=Acme, CN=release")]
    [InlineData("x509.subject: C=US, ST=WA, O=Acme", "x509.subject: C=US, ST=WA, O=Acme")]
    [InlineData("*", "anyone")]
    public void A_subject_is_named_as_it_is_in_a_certificate(string subject, string expected) =>
        Assert.Equal(expected, Assert.Single(Signer(subject, out _)!.Identities).ToString());

    [Theory]
    [InlineData("C=US, O=Acme")]
    [InlineData("Acme")]
    [InlineData("x509.subject:")]
    public void A_subject_that_says_too_little_is_named_with_its_field(string subject)
    {
        Assert.Null(Signer(subject, out var problem));
        Assert.StartsWith("spec.verify.notation[0]: ", problem, StringComparison.Ordinal);
        Assert.Contains("at least C, ST and O", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_timestamp_authority_is_trusted_where_it_is_named()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var authority = new CertificateRequest("CN=Time", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1));
        var pem = authority.ExportCertificatePem();
        var policy = Trust.Of(new VerifySpec { Notation = [new NotationTrust(pem, "*", pem)] }, null, out _)!;
        Assert.Equal("CN=Time", Assert.Single(((NotationSigner)policy.Rules.Single().Signers.Single()).TimestampAuthorities).Subject);
        Assert.Empty(Signer("*", out _)!.TimestampAuthorities);
    }

    [Fact]
    public void What_it_may_be_signed_as_is_in_the_rule()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var spec = new VerifySpec { Keys = [key.ExportSubjectPublicKeyInfoPem()], SignedAs = ["ghcr.io/upstream/weather"] };
        Assert.Equal("ghcr.io/upstream/weather", Assert.Single(Trust.Of(spec, null, out _)!.Rules.Single().SignedAs));
    }

    [Fact]
    public void The_example_of_the_custom_resource_is_one()
    {
        var text = File.ReadAllText(Path.Combine(Root(), "crds", "wasmtools.yaml"));
        var example = Regex.Match(text, @"has to contain, .*such as (?<example>[^.]+)\.").Groups["example"].Value;
        Assert.NotNull(Signer(example, out _));
    }

    private static NotationSigner? Signer(string subject, out string problem)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var authority = new CertificateRequest("CN=Acme", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1));
        var policy = Trust.Of(new VerifySpec { Notation = [new NotationTrust(authority.ExportCertificatePem(), subject)] }, null, out problem);
        return (NotationSigner?)policy?.Rules.Single().Signers.Single();
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Operator.sln")))
        {
            folder = folder.Parent!;
        }
        return folder.FullName;
    }
}
