using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tapedeck.Oci.Signatures.Notation;
using Xunit;

namespace Tapedeck.Oci.Tests.Signatures.Notation;

public sealed class SubjectPatternTests
{
    [Theory]
    [InlineData("x509.subject: C=US, ST=WA, O=Acme", "C=US, ST=WA, O=Acme, CN=release", true)]
    [InlineData("x509.subject: CN=release,O=Acme,ST=WA,C=US", "C=US, ST=WA, O=Acme, CN=release", true)]
    [InlineData("x509.subject: C=US, S=WA, O=Acme", "C=US, ST=WA, O=Acme", true)]
    [InlineData("x509.subject: C=US, ST=WA, O=Acme\\, Inc.", "C=US, ST=WA, O=\"Acme, Inc.\"", true)]
    [InlineData("*", "CN=anyone", true)]
    [InlineData("x509.subject: C=US, ST=WA, O=Acme", "C=US, ST=WA, O=acme", false)]
    [InlineData("x509.subject: C=US, ST=WA, O=Acme", "C=US, ST=WA, O=Acme2", false)]
    [InlineData("x509.subject: C=US, ST=WA, O=Acme", "C=US, O=Acme", false)]
    [InlineData("x509.subject: C=US, ST=WA, O=Acme, CN=release", "C=US, ST=WA, O=Acme", false)]
    [InlineData("x509.subject: C=US, ST=WA, O=Acme", "C=US, ST=WA, O=Other, O=Acme", false)]
    [InlineData("x509.subject: C=US, ST=WA, O=Acme", "CN=\"C=US, ST=WA, O=Acme\"", false)]
    public void A_subject_is_met_attribute_by_attribute(string pattern, string subject, bool isMet)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1));
        Assert.Equal(isMet, SubjectPattern.Read(pattern, out _)!.IsMatch(certificate));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Acme")]
    [InlineData("x509.subject:")]
    [InlineData("x509.subject: O=Acme")]
    [InlineData("x509.subject: C=US, ST=WA, O=")]
    [InlineData("x509.subject: C=US, ST=WA, O=Acme, O=Other")]
    [InlineData("x509.subject: C=US, ST=WA, O=Acme+OU=x")]
    [InlineData("x509.subject: C=US, ST=WA, O=Acme, =x")]
    [InlineData("x509.subject: C=US, ST=WA, O=Acme\\")]
    public void A_pattern_that_could_mean_two_things_is_refused(string text)
    {
        Assert.Null(SubjectPattern.Read(text, out var problem));
        Assert.Contains("expected is", problem, StringComparison.Ordinal);
    }
}
