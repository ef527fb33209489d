namespace Tapedeck.Wasi.Io;

/// <summary>Bytes that are all there.</summary>
internal sealed class BytesInput(ReadOnlyMemory<byte> bytes) : InputStream
{
    private ReadOnlyMemory<byte> _rest = bytes;

    internal override bool IsReady => true;

    internal override StreamRead Read(int most)
    {
        if (_rest.IsEmpty)
        {
            return StreamRead.Closed;
        }
        var read = _rest[..Math.Min(most, _rest.Length)];
        _rest = _rest[read.Length..];
        return StreamRead.Of(read);
    }

    internal override ValueTask WhenReady(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
