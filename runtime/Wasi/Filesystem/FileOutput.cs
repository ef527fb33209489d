using Tapedeck.Wasi.Filesystem.Host;
using Tapedeck.Wasi.Io;

namespace Tapedeck.Wasi.Filesystem;

/// <summary>Writes to a file, from a place on or, without one, at its end. Written at once, so that nothing is left to flush.</summary>
internal sealed class FileOutput(Descriptor file, ulong? offset) : OutputStream
{
    private readonly Descriptor _file = file.Share();
    private ulong? _offset = offset;
    private bool _isClosed;

    internal override bool IsReady => true;

    internal override StreamStatus Flush() => Status;

    internal override ValueTask WhenReady(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public override void Dispose()
    {
        _file.Dispose();
        base.Dispose();
    }

    internal static IoError Error(ErrorCode code) => new(code, code.ToString());

    /// <summary>A failure is told once; after it the stream is closed.</summary>
    private StreamStatus Status => _isClosed ? StreamStatus.Closed : StreamStatus.Ok;

    private protected override StreamStatus Room(out int bytes)
    {
        bytes = _isClosed ? 0 : MostBytes;
        return Status;
    }

    private protected override StreamStatus Take(ReadOnlyMemory<byte> bytes)
    {
        while (!_isClosed && !bytes.IsEmpty)
        {
            var outcome = FileData.Write(_file, bytes.Span, _offset, out var written);
            if (outcome != ErrorCode.None)
            {
                _isClosed = true;
                return StreamStatus.Failed(Error(outcome));
            }
            _offset += written;
            bytes = bytes[(int)written..];
        }
        return Status;
    }
}
