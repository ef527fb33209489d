using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Tapedeck.Server.Serving;

/// <summary>The certificate of a folder with <c>tls.crt</c> and <c>tls.key</c>, read anew when it changes. One that cannot be read leaves the one before.</summary>
/// <exception cref="CryptographicException">The first one cannot be read.</exception>
internal sealed partial class TlsCertificate
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly TimeProvider _time;
    private SslStreamCertificateContext _current;
    private string _read;
    private long _looked;
    private bool _isBroken;
    private readonly ILogger _logger;

    internal TlsCertificate(string folder, TimeProvider time, ILogger logger)
    {
        _logger = logger;
        _folder = folder;
        _time = time;
        _read = Read();
        _current = Make(_read);
        _looked = time.GetTimestamp();
    }

    /// <summary>With the certificates of the authorities between, which clients need.</summary>
    internal SslStreamCertificateContext Current
    {
        get
        {
            lock (_gate)
            {
                if (_time.GetElapsedTime(_looked) >= Interval)
                {
                    _looked = _time.GetTimestamp();
                    Look();
                }
                return _current;
            }
        }
    }

    private void Look()
    {
        try
        {
            // Their content and not their time: in a pod both are links to a folder that is swapped, and links do not change.
            if (Read() is var read && read != _read)
            {
                // Handshakes may still use the one before, so it is left to the collector.
                _current = Make(read);
                _read = read;
            }
            _isBroken = false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            // Between the writing of the two files they do not belong together; then the next look finds them whole.
            if (_isBroken)
            {
                Unread(_logger, _folder, StartException.Reason(exception));
            }
            _isBroken = true;
        }
    }

    [LoggerMessage(1, LogLevel.Error, "the certificate in {Folder} cannot be read ({Reason}); the one before stays. Put tls.crt and tls.key there, in PEM and belonging together")]
    private static partial void Unread(ILogger logger, string folder, string reason);

    private string Read() => File.ReadAllText(Path.Combine(_folder, "tls.crt")) + "\n" + File.ReadAllText(Path.Combine(_folder, "tls.key"));

    private static SslStreamCertificateContext Make(string pem)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(pem);
        return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(pem, pem), chain, offline: true);
    }
}
