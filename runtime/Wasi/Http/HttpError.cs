namespace Tapedeck.Wasi.Http;

/// <summary>Why a request failed.</summary>
/// <param name="Size">Of a body, where the case has one.</param>
internal sealed record HttpError(HttpErrorCode Code, ulong? Size = null);
