using System.Net;

namespace Tapedeck.Wasi.Http;

/// <summary>The body of a request as the HTTP client takes it.</summary>
internal sealed class BodyContent(OutgoingBody? body) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        body?.SendTo(stream, cancellationToken) ?? Task.CompletedTask;

    protected override bool TryComputeLength(out long length)
    {
        length = body is null or { IsEmpty: true } ? 0 : (long)(body.ContentLength ?? 0);
        return body is null or { IsEmpty: true } || body.ContentLength is not null;
    }
}
