using Tapedeck.Wasi.Calls;

namespace Tapedeck.Wasi.Http;

/// <summary>A request and its response: the client and connection that they have to themselves, given up when the guest needs neither any more.</summary>
/// <remarks>RATIONALE.md, "Why does each request have a connection of its own?"</remarks>
internal sealed class HttpExchange : IDisposable
{
    private readonly CancellationTokenSource _ended;
    private readonly CancellationToken _token;
    private readonly HttpMessageInvoker _client;
    private readonly OpenGrant _grant;
    private int _isDisposed;

    internal HttpExchange(WasiState state, SocketsHttpHandler handler, Policy.Requests.HostRequest granted, CancellationToken call)
    {
        Time = state.Time;
        _client = new HttpMessageInvoker(handler, disposeHandler: true);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(call);
        _token = _ended.Token;
        _grant = state.OpenGrants.Add(Dispose, granted);
    }

    internal TimeProvider Time { get; }

    /// <summary>Cancelled when the exchange, or its call, is over.</summary>
    internal CancellationToken Cancellation => _token;

    /// <summary>True where a change of policy ended it.</summary>
    internal bool IsRevoked => _grant.IsRevoked;

    internal Task<HttpResponseMessage> Send(HttpRequestMessage request, CancellationToken cancellationToken) => _client.SendAsync(request, cancellationToken);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _ended.Cancel();
            _grant?.Dispose();
            _client.Dispose();
            _ended.Dispose();
        }
    }
}
