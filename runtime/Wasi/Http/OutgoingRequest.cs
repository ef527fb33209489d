using System.Globalization;

namespace Tapedeck.Wasi.Http;

/// <summary>What <c>outgoing-request</c> stands for.</summary>
internal sealed class OutgoingRequest(Fields headers)
{
    internal Fields Headers { get; } = headers.Freeze();

    internal string Method { get; set; } = "GET";

    /// <summary>Null where the guest set none.</summary>
    internal string? Scheme { get; set; }

    internal string? Authority { get; set; }

    internal string? PathWithQuery { get; set; }

    /// <summary>The body; null where the guest never asked for it.</summary>
    internal OutgoingBody? Body { get; private set; }

    /// <summary>Gives the body, once.</summary>
    internal OutgoingBody? TakeBody() => Body is null ? Body = new OutgoingBody(ContentLength) : null;

    /// <summary>What the guest says that the body will have; null where it says nothing that can be understood.</summary>
    internal ulong? ContentLength =>
        Headers.Get("content-length").FirstOrDefault() is { IsEmpty: false } value
        && ulong.TryParse(value.Span, NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : null;
}
