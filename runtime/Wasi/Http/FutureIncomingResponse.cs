namespace Tapedeck.Wasi.Http;

/// <summary>What <c>future-incoming-response</c> stands for.</summary>
/// <param name="wanted">Told when the guest begins to wait.</param>
internal sealed class FutureIncomingResponse(Task<IncomingResponse> response, TaskCompletionSource wanted, HttpExchange exchange) : IDisposable
{
    internal Task<IncomingResponse> Response
    {
        get
        {
            wanted.TrySetResult();
            return response;
        }
    }

    /// <summary>True once the guest has the response or the error.</summary>
    internal bool IsTaken { get; set; }

    public void Dispose()
    {
        if (!IsTaken)
        {
            exchange.Dispose();
        }
    }
}
