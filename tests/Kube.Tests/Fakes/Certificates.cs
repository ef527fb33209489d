using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tapedeck.Kube.Tests.Fakes;

/// <summary>Certificates for one test.</summary>
internal static class Certificates
{
    /// <summary>An authority that vouches for nobody, in PEM.</summary>
    internal static string Authority()
    {
        using var certificate = Make("CN=another-authority");
        return certificate.ExportCertificatePem();
    }

    /// <summary>A certificate and its key, in PEM.</summary>
    internal static (string Certificate, string Key) Client(string name)
    {
        using var certificate = Make($"CN={name}");
        using var key = certificate.GetECDsaPrivateKey()!;
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    private static X509Certificate2 Make(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
