using System.Globalization;
using Tapedeck.Wasi.Calls;

namespace Tapedeck.Wasi.Http;

/// <summary>What <c>outgoing-request</c> stands for.</summary>
/// <param name="headers">Its own.</param>
internal sealed class OutgoingRequest(Fields headers) : IDisposable
{
    internal Fields Headers => headers;

    internal string Method { get; set; } = "GET";

    /// <summary>Null where the guest set none.</summary>
    internal string? Scheme { get; set; }

    internal string? Authority { get; set; }

    internal string? PathWithQuery { get; set; }

    /// <summary>The body; null where the guest never asked for it.</summary>
    internal OutgoingBody? Body { get; private set; }

    /// <summary>Gives the body, once.</summary>
    internal OutgoingBody? TakeBody(HeldBytes held) => Body is null ? Body = new OutgoingBody(ContentLength, held) : null;

    /// <summary>What the guest says that the body will have; null where it says nothing.</summary>
    internal ulong? ContentLength => TryLength(out var length) ? length : null;

    /// <summary>False where the headers say more than one thing of the length, or nothing that can be understood: who reads them on the way could take any.</summary>
    internal bool HasClearLength => TryLength(out _);

    /// <summary>Dropped without having been sent.</summary>
    public void Dispose() => Abandon(new HttpFailure(HttpErrorCode.ConnectionTerminated));

    /// <summary>It is not sent, or not any further: what was kept of it goes.</summary>
    internal void Abandon(Exception why)
    {
        headers.Release();
        Body?.Abandon(why);
    }

    private bool TryLength(out ulong? length)
    {
        length = null;
        var values = headers.Get("content-length").ToArray();
        if (values.Length == 1 && long.TryParse(values[0].Span, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            length = (ulong)number;
        }
        return values.Length == 0 || length is not null;
    }
}
