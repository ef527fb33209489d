using Tapedeck.Wasi.Calls;

namespace Tapedeck.Wasi.Http;

/// <summary>What <c>outgoing-response</c> stands for.</summary>
internal sealed class OutgoingResponse(Fields headers)
{
    private bool _isTaken;

    internal Fields Headers { get; } = headers.Freeze();

    internal ushort Status { get; private set; } = 200;

    internal bool TrySet(ushort status)
    {
        var isStatus = status is >= 100 and <= 599;
        Status = isStatus ? status : Status;
        return isStatus;
    }

    /// <summary>Gives the body, once.</summary>
    internal OutgoingBody? TakeBody(HeldBytes held)
    {
        var body = _isTaken ? null : new OutgoingBody(contentLength: null, held);
        _isTaken = true;
        return body;
    }
}
