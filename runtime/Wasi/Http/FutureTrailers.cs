namespace Tapedeck.Wasi.Http;

/// <summary>What <c>future-trailers</c> stands for.</summary>
internal sealed class FutureTrailers(Task<Fields?> trailers, HttpExchange exchange) : IDisposable
{
    internal Task<Fields?> Trailers => trailers;

    /// <summary>True once the guest has what there was.</summary>
    internal bool IsTaken { get; set; }

    public void Dispose() => exchange.Dispose();
}
