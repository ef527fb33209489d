namespace Tapedeck.Wasi.Io;

/// <summary>A source that is at its end.</summary>
internal sealed class EmptyInput : InputStream
{
    internal override bool IsReady => true;

    internal override StreamRead Read(int most) => StreamRead.Closed;

    internal override ValueTask WhenReady(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
