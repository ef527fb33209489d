using System.Net;

namespace Tapedeck.Mcp.Tests;

/// <summary>A body that waits at each of some places.</summary>
/// <param name="pause">Is told where.</param>
internal sealed class SlowContent(byte[] body, int[] stops, Func<int, Task> pause) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var at = 0;
        foreach (var stop in stops)
        {
            await stream.WriteAsync(body.AsMemory(at..stop), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await pause(stop);
            at = stop;
        }
        await stream.WriteAsync(body.AsMemory(at), cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
