namespace Tapedeck.Kube.Config;

/// <summary>A token, a client certificate, or both, from a configuration or from files. Files are read again every minute: kubelet renews a service
/// account's token long before the old one ends.</summary>
internal sealed class StoredCredential : Credential
{
    internal static readonly StoredCredential None = new(null, null, null, "nobody", TimeProvider.System);

    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(1);

    private readonly TextSource? _token;
    private readonly TextSource? _certificate;
    private readonly TextSource? _key;
    private readonly string _where;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private Proof? _proof;
    private string _pem = "";
    private long _readAt;

    /// <param name="certificate">With <paramref name="key"/>, or neither.</param>
    /// <param name="where">Whose they are, for messages.</param>
    internal StoredCredential(TextSource? token, TextSource? certificate, TextSource? key, string where, TimeProvider time)
    {
        _token = token;
        _certificate = certificate;
        _key = key;
        _where = where;
        _time = time;
    }

    private bool HasFiles => _token?.File is not null || _certificate?.File is not null || _key?.File is not null;

    internal override ValueTask<Proof> GetAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_proof is null || (HasFiles && _time.GetElapsedTime(_readAt) >= Freshness))
            {
                _proof = ReadAgain();
                _readAt = _time.GetTimestamp();
            }
            return new(_proof);
        }
    }

    internal override bool Reject(Proof rejected)
    {
        lock (_lock)
        {
            if (!HasFiles)
            {
                return false;
            }
            _readAt = _time.GetTimestamp() - (long)(Freshness.TotalSeconds * _time.TimestampFrequency);
            return true;
        }
    }

    private Proof ReadAgain()
    {
        try
        {
            return Read();
        }
        catch (KubeConfigException) when (_proof is not null)
        {
            // Files are replaced one after the other. What was good a minute ago may still be; if it is not, the server says so.
            return _proof;
        }
    }

    private Proof Read()
    {
        var token = _token?.Read().Trim();
        if (_certificate is null || _key is null)
        {
            return new(token, null);
        }
        var (certificate, key) = (_certificate.Read(), _key.Read());
        var pem = certificate + key;
        if (_proof is not null && pem == _pem)
        {
            return _proof with { Token = token };
        }
        var proof = new Proof(token, ClientCertificate.Read(certificate, key, _where));
        _pem = pem;
        return proof;
    }
}
