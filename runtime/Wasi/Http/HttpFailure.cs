namespace Tapedeck.Wasi.Http;

/// <summary>Carries a failure of ours through the HTTP client.</summary>
internal sealed class HttpFailure(HttpErrorCode code, ulong? size = null) : Exception(code.ToString())
{
    internal HttpError Error { get; } = new(code, size);
}
