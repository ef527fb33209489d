using Tapedeck.Wasi.Calls;

namespace Tapedeck.Wasi.Http;

/// <summary>What <c>outgoing-response</c> stands for.</summary>
/// <param name="headers">Its own.</param>
internal sealed class OutgoingResponse(Fields headers) : IDisposable
{
    private OutgoingBody? _body;

    internal Fields Headers => headers;

    internal ushort Status { get; private set; } = 200;

    internal bool TrySet(ushort status)
    {
        var isStatus = status is >= 100 and <= 599;
        Status = isStatus ? status : Status;
        return isStatus;
    }

    /// <summary>Gives the body, once.</summary>
    internal OutgoingBody? TakeBody(HeldBytes held) => _body is null ? _body = new OutgoingBody(contentLength: null, held) : null;

    /// <summary>It cannot be sent: what was kept of it goes.</summary>
    public void Dispose()
    {
        headers.Release();
        _body?.Abandon(new HttpFailure(HttpErrorCode.ConnectionTerminated));
    }
}
