namespace Tapedeck.Oci.Network;

/// <summary>Reads the body of an answer, with a cap on the silence between two pieces.</summary>
internal sealed class ResponseBody(Stream content, PullOptions options) : IDisposable
{
    internal static async Task<ResponseBody> Open(HttpResponseMessage response, PullOptions options, CancellationToken cancellationToken) =>
        new(await response.Content.ReadAsStreamAsync(cancellationToken), options);

    /// <summary>0 at the end.</summary>
    /// <exception cref="IOException">The connection broke, or nothing came for too long.</exception>
    internal async ValueTask<int> Read(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.IdleTimeout, options.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await content.ReadAsync(buffer, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException("nothing came for too long");
        }
        catch (HttpRequestException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>The whole body of a small answer.</summary>
    internal static async Task<Outcome<byte[]>> ReadAll(
        HttpResponseMessage response, int limit, Place place, PullOptions options, CancellationToken cancellationToken)
    {
        var host = response.RequestMessage!.RequestUri!.Authority;
        if (response.Content.Headers.ContentLength > limit)
        {
            return TooLarge(host, limit, place);
        }
        try
        {
            using var body = await Open(response, options, cancellationToken);
            using var all = new MemoryStream();
            var buffer = new byte[16 << 10];
            while (await body.Read(buffer, cancellationToken) is var read and > 0)
            {
                if (all.Length + read > limit)
                {
                    return TooLarge(host, limit, place);
                }
                all.Write(buffer, 0, read);
            }
            return all.ToArray();
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return TransportErrors.Of(e, host, place);
        }
    }

    private static TerminalError TooLarge(string host, int limit, Place place) =>
        new(OciErrorKind.TooLarge, $"{host} answers with more than the {limit} bytes that are taken of such a document", place.Name, "look at the registry");

    public void Dispose() => content.Dispose();
}
