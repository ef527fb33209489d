using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tapedeck.Server.Serving;

/// <summary>The certificate of a folder with <c>tls.crt</c> and <c>tls.key</c>, read anew when it changes. One that cannot be read leaves the one before.</summary>
/// <exception cref="CryptographicException">The first one cannot be read.</exception>
internal sealed class TlsCertificate
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly TimeProvider _time;
    private X509Certificate2 _current;
    private DateTime _written;
    private long _looked;

    internal TlsCertificate(string folder, TimeProvider time)
    {
        _folder = folder;
        _time = time;
        _written = Written();
        _current = Load();
        _looked = time.GetTimestamp();
    }

    internal X509Certificate2 Current
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
            if (Written() is var written && written != _written)
            {
                // Handshakes may still use the one before, so it is left to the collector.
                _current = Load();
                _written = written;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // Between the writing of the two files they do not belong together; the next look finds them whole.
        }
    }

    private DateTime Written() => File.GetLastWriteTimeUtc(Path.Combine(_folder, "tls.crt"));

    private X509Certificate2 Load() => X509Certificate2.CreateFromPemFile(Path.Combine(_folder, "tls.crt"), Path.Combine(_folder, "tls.key"));
}
