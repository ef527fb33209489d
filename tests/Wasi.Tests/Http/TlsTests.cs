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

    [Fact]
    public void Fetches_no_certificate_that_a_server_only_names()
    {
        using var root = Certificate("Root");
        using var middle = Issued("Middle", root, isAuthority: true);
        using var store = new TestServer((_, stream) => stream.WriteAsync(middle.Export(X509ContentType.Cert)).AsTask());
        using var leaf = Issued("api.example.com", middle, isAuthority: false, at: $"http://{store.Endpoint}/middle.cer");
        using var server = new TestServer(TestServer.Ok(""), leaf);
        using var guest = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options with { TrustedRoot = root });

        Assert.Equal("TLS-certificate-error", guest.Fetch("GET", "https://api.example.com/"));
        Assert.Empty(store.Requests);
    }

    private static X509Certificate2 Certificate(string name)
    {
        using var key = RSA.Create(2048);
        return Request(name, key, isAuthority: true).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    /// <param name="at">Where the leaf says that its issuer's certificate is.</param>
    private static X509Certificate2 Issued(string name, X509Certificate2 issuer, bool isAuthority, string? at = null)
    {
        using var key = RSA.Create(2048);
        var request = Request(name, key, isAuthority);
        if (at is not null)
        {
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(ocspUris: null, caIssuersUris: [at]));
        }
        using var certificate = request.Create(issuer, issuer.NotBefore, issuer.NotAfter, RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }

    private static CertificateRequest Request(string name, RSA key, bool isAuthority)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        return request;
    }
}
