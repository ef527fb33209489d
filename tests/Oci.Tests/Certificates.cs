using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tapedeck.Oci.Tests;

/// <summary>A certificate authority of one test.</summary>
internal sealed class Certificates : IDisposable
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    internal Certificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=A test's authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        Authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
    }

    internal X509Certificate2 Authority { get; }

    internal X509Certificate2Collection Trusted => [Authority];

    internal X509Certificate2 Server(string name = "127.0.0.1") => Issue("CN=server", ServerUse, name);

    /// <summary>One that says where its issuer's certificate is to be had.</summary>
    internal X509Certificate2 ServerWhoseIssuerIsAt(string url) => Issue("CN=server", ServerUse, "127.0.0.1", new X509AuthorityInformationAccessExtension(ocspUris: null, caIssuersUris: [url]));

    internal X509Certificate2 Client() => Issue("CN=client", ClientUse, "client.test");

    private X509Certificate2 Issue(string subject, string use, string name, params X509Extension[] extensions)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        foreach (var extension in extensions)
        {
            request.CertificateExtensions.Add(extension);
        }
        using var issued = request.Create(Authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(20), RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    public void Dispose() => Authority.Dispose();
}
