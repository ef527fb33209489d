using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace Tapedeck.Wasi.Tests.Http;

/// <summary>A server proves who it is, or there is no request.</summary>
public sealed class TlsTests
{
    private const string Policy = "network: {allow: [{host: api.example.com}]}";

    [Theory]
    [InlineData("api.example.com", true, "200")]
    [InlineData("api.example.com", false, "TLS-certificate-error")]
    [InlineData("other.example.com", true, "TLS-certificate-error")]
    public void Trusts_a_certificate_of_that_name_by_a_known_root(string name, bool isKnown, string outcome)
    {
        using var certificate = Certificate(name);
        using var server = new TestServer(TestServer.Ok(""), certificate);
        var options = new TestNetwork(server.Endpoint).Options;
        using var guest = new TestGuest(Policy, isKnown ? options with { TrustedRoot = certificate } : options);
        Assert.Equal(outcome, guest.Fetch("GET", "https://api.example.com/"));
        Assert.Equal(outcome == "200" ? 1 : 0, server.Requests.Count);
    }

    private static X509Certificate2 Certificate(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
