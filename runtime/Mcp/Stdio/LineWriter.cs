namespace Tapedeck.Mcp.Stdio;

/// <summary>Writes messages as lines, one at a time.</summary>
internal sealed class LineWriter(Stream output)
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    internal async ValueTask WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        // One write a message: a reader that polls sees no half of one.
        var line = new byte[message.Length + 1];
        message.Span.CopyTo(line);
        // A line break can stand in JSON as white space only, where a space means the same.
        line.AsSpan().Replace((byte)'\n', (byte)' ');
        line.AsSpan().Replace((byte)'\r', (byte)' ');
        line[^1] = (byte)'\n';
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await output.WriteAsync(line, cancellationToken);
            await output.FlushAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

}
