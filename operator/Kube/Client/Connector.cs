using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Tapedeck.Kube.Config;

namespace Tapedeck.Kube.Client;

/// <summary>Keeps the connections to the server: HTTP/2 where it is spoken, used again for all requests, made anew for another client certificate.
/// </summary>
internal sealed class Connector(KubeConnection connection, KubeClientOptions options) : IDisposable
{
    private readonly Lock _lock = new();
    private X509Certificate2Collection? _certificate;
    private HttpMessageInvoker? _invoker;
    private bool _disposed;

    /// <summary>How long a connection may take, its handshake included.</summary>
    internal static TimeSpan TimeoutOf(KubeClientOptions options) => options.RequestTimeout / 3;

    internal HttpMessageInvoker For(Proof proof)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_invoker is null || !ReferenceEquals(_certificate, proof.Certificate))
            {
                // The old one is not disposed: watches still run on it. Its connections go when they are idle.
                _certificate = proof.Certificate;
                _invoker = new HttpMessageInvoker(Handler());
            }
            return _invoker;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _invoker?.Dispose();
        }
    }

    private SocketsHttpHandler Handler()
    {
        var handler = new SocketsHttpHandler
        {
            // An answer that sends us elsewhere would carry the token there.
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            ConnectTimeout = TimeoutOf(options),
            EnableMultipleHttp2Connections = true,
            // A peer that vanished is noticed within 45 s, also while a watch is silent.
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            // So that requests find a server that was added behind a load balancer.
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
            SslOptions = Tls(),
        };
        if (connection.Proxy is not null)
        {
            handler.Proxy = new WebProxy(connection.Proxy);
        }
        return handler;
    }

    private SslClientAuthenticationOptions Tls()
    {
        // Nothing is fetched from an address in a certificate, which is looked at before it is trusted.
        var tls = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
        };
        if (_certificate is { Count: > 0 } chain)
        {
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(chain[0], [.. chain.Skip(1)], offline: true);
        }
        if (connection.InsecureSkipTlsVerify)
        {
            // The kubeconfig asks for it, and whoever loaded that allowed it (KubeConfigOptions.AllowInsecure).
#pragma warning disable CA5359
            tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (connection.Roots is { } roots)
        {
            tls.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => roots.Accept(certificate, chain, errors);
        }
        return tls;
    }
}
