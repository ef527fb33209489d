using System.Net;

namespace Tapedeck.Mcp.Tests;

/// <summary>A body of which a part is sent, and the rest never.</summary>
internal sealed class PartialContent(int sent, int promised) : HttpContent
{
    private static readonly byte[] Piece = [.. Enumerable.Repeat((byte)' ', 64 << 10)];

    private readonly TaskCompletionSource _isSent = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the part is sent, or could not be.</summary>
    internal Task IsSent => _isSent.Task;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        try
        {
            for (var left = sent; left > 0; left -= Piece.Length)
            {
                await stream.WriteAsync(Piece.AsMemory(0, Math.Min(left, Piece.Length)), cancellationToken);
            }
        }
        finally
        {
            _isSent.SetResult();
        }
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = promised;
        return true;
    }
}
