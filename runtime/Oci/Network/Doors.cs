using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tapedeck.Oci.Network;

/// <summary>
/// The connections to the outside: one pool for each combination of trusted authorities, client certificate, and proxy or none. None of them
/// follows a redirect, keeps a cookie, decompresses, or uses a login of this machine.
/// </summary>
internal sealed class Doors(PullOptions options, Dialer dialer) : IDisposable
{
    /// <summary>Certificates are held against what the server sent, and nothing is fetched from an address in one: whoever answers could name any.</summary>
    private static readonly X509ChainPolicy AsSent = new() { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };

    private readonly ConcurrentDictionary<Key, HttpMessageInvoker> _doors = new();

    /// <summary>The door for one request of an exchange with <paramref name="origin"/>.</summary>
    /// <param name="origin">The registry (host and port) that the exchange began with. Its authorities hold for the hosts that it redirects to as well.</param>
    /// <exception cref="AddressRefusedException">The target is not to be asked for through the proxy.</exception>
    internal HttpMessageInvoker For(Uri target, string origin)
    {
        var proxy = options.Proxies.For(target);
        if (proxy is not null && dialer.RefusalThroughProxy(target.IdnHost) is { } refusal)
        {
            throw refusal;
        }
        var host = target.Authority;
        var own = options.Registries.ContainsKey(host) || RegistryHost.Comparer.Equals(host, origin);
        var registry = options.For(own ? host : origin);
        return _doors.GetOrAdd(new Key(registry.Authorities, own ? registry.ClientCertificate : null, proxy), Open);
    }

    private HttpMessageInvoker Open(Key key) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        Credentials = null,
        PreAuthenticate = false,
        UseProxy = key.Proxy is not null,
        Proxy = key.Proxy is { } proxy ? ProxyOf(proxy) : null,
        ConnectTimeout = options.ConnectTimeout,
        ConnectCallback = key.Proxy is null ? dialer.Connect : dialer.ConnectToProxy,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        MaxConnectionsPerServer = 16,
        MaxResponseHeadersLength = 64,
        MaxResponseDrainSize = 64 << 10,
        ActivityHeadersPropagator = null,
        SslOptions = TlsOf(key),
    });

    private static WebProxy ProxyOf(Uri proxy)
    {
        var login = Uri.UnescapeDataString(proxy.UserInfo).Split(':', 2);
        return new WebProxy(proxy.GetLeftPart(UriPartial.Authority).Replace($"{proxy.UserInfo}@", "", StringComparison.Ordinal))
        {
            Credentials = login[0].Length == 0 ? null : new NetworkCredential(login[0], login.Length > 1 ? login[1] : ""),
        };
    }

    private static SslClientAuthenticationOptions TlsOf(Key key)
    {
        var tls = new SslClientAuthenticationOptions { CertificateChainPolicy = AsSent };
        if (key.ClientCertificate is { } certificate)
        {
            tls.ClientCertificates = [certificate];
            tls.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        }
        if (key.Authorities is { } authorities)
        {
            tls.RemoteCertificateValidationCallback = (_, leaf, chain, errors) =>
                errors == SslPolicyErrors.None || (errors == SslPolicyErrors.RemoteCertificateChainErrors && leaf is X509Certificate2 server && IsTrusted(server, chain, authorities));
        }
        return tls;
    }

    /// <summary>A second look, with the given authorities as roots. The name was right already, and the certificate has to be one for servers.</summary>
    private static bool IsTrusted(X509Certificate2 server, X509Chain? presented, X509Certificate2Collection authorities)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.ExtraStore.AddRange(presented?.ChainPolicy.ExtraStore ?? []);
        chain.ChainPolicy.ExtraStore.AddRange(presented?.ChainElements.Select(element => element.Certificate).ToArray() ?? []);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        return chain.Build(server);
    }

    public void Dispose()
    {
        foreach (var door in _doors.Values)
        {
            door.Dispose();
        }
    }

    private sealed record Key(X509Certificate2Collection? Authorities, X509Certificate2? ClientCertificate, Uri? Proxy);
}
