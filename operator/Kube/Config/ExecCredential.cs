using System.Text.Json;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Config;

/// <summary>What an exec plugin printed, kept until it ends or the server refuses it.</summary>
internal sealed class ExecCredential(ExecPlugin plugin, TimeProvider time) : Credential, IDisposable
{
    /// <summary>People log in by a browser meanwhile.</summary>
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(5);

    /// <summary>So that a token does not end on its way.</summary>
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _one = new(1);
    private volatile Proof? _proof;
    private DateTimeOffset? _ends;
    private string _pem = "";
    private Proof? _last;

    internal override async ValueTask<Proof> GetAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_proof is null || _ends - Leeway <= time.GetUtcNow())
            {
                _proof = _last = await RunAsync(cancellationToken);
            }
            return _proof;
        }
        finally
        {
            _one.Release();
        }
    }

    internal override bool Reject(Proof rejected)
    {
        // Another request may have been refused the same and asked for a new one already.
        if (ReferenceEquals(_proof, rejected))
        {
            _proof = null;
        }
        return true;
    }

    public void Dispose() => _one.Dispose();

    private async Task<Proof> RunAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(LongestRun, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return Read(await plugin.RunAsync(either.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KubeConfigException($"The {plugin.What} did not end within {LongestRun.TotalMinutes:0} minutes.");
        }
    }

    private Proof Read(JsonElement credential)
    {
        var status = credential.Field("status") ?? default;
        var (token, certificate, key) = (status.Text("token"), status.Text("clientCertificateData"), status.Text("clientKeyData"));
        if ((certificate is null) != (key is null) || (token is null && certificate is null))
        {
            throw new KubeConfigException($"The {plugin.What} printed neither a token nor a client certificate with its key.");
        }
        _ends = status.Time("expirationTimestamp");
        if (certificate is null)
        {
            return new(token, null);
        }
        var pem = certificate + key;
        var chain = pem == _pem ? _last!.Certificate : ClientCertificate.Read(certificate, key!, plugin.What);
        _pem = pem;
        return new(token, chain);
    }
}
