using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tapedeck.Kube.Config;

/// <summary>Reads a client certificate with its key from PEM.</summary>
internal static class ClientCertificate
{
    /// <returns>The certificate with its key, then the rest of the chain.</returns>
    /// <exception cref="KubeConfigException">One of them is not PEM, or they do not belong together.</exception>
    internal static X509Certificate2Collection Read(string certificate, string key, string where)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificate);
            if (chain.Count == 0)
            {
                throw new KubeConfigException($"The client certificate of {where} holds no CERTIFICATE block.");
            }
            chain[0] = Usable(X509Certificate2.CreateFromPem(certificate, key));
            return chain;
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            // The inner exception is left out: a parser's message may quote what it read, and that is a key.
            throw new KubeConfigException($"The client certificate and key of {where} cannot be read as PEM, or do not belong together.");
        }
    }

    /// <summary>Windows' TLS does not take a key that is in memory only.</summary>
    private static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
        {
            return certificate;
        }
        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        }
    }
}
