using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tapedeck.Kube.Config;

/// <summary>The authorities that may vouch for the server, and no others. A file is read again every minute, since clusters change theirs.</summary>
internal sealed class RootCertificates
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(1);

    private readonly TextSource _source;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private X509Certificate2Collection _roots;
    private long _readAt;

    /// <exception cref="KubeConfigException">It cannot be read, or holds no certificate.</exception>
    internal RootCertificates(TextSource source, TimeProvider time)
    {
        _source = source;
        _time = time;
        _roots = Read();
        _readAt = time.GetTimestamp();
    }

    /// <summary>Whether the server's certificate is for the name that was asked, and leads to one of these authorities.</summary>
    internal bool Accept(X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 server || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(Current());
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        if (sent is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        }
        return chain.Build(server);
    }

    private X509Certificate2Collection Current()
    {
        lock (_lock)
        {
            if (_source.File is not null && _time.GetElapsedTime(_readAt) >= Freshness)
            {
                _readAt = _time.GetTimestamp();
                try
                {
                    _roots = Read();
                }
                catch (KubeConfigException)
                {
                    // The file is being replaced. The old authorities stay until it can be read.
                }
            }
            return _roots;
        }
    }

    private X509Certificate2Collection Read()
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(_source.Read());
        }
        catch (CryptographicException error)
        {
            throw new KubeConfigException($"The {_source} is not a list of certificates in PEM.", error);
        }
        return roots.Count > 0 ? roots : throw new KubeConfigException($"The {_source} holds no CERTIFICATE block.");
    }
}
