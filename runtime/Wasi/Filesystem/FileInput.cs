using Tapedeck.Wasi.Filesystem.Host;
using Tapedeck.Wasi.Io;

namespace Tapedeck.Wasi.Filesystem;

/// <summary>The bytes of a file from a place on. Always ready: a file is read at once, or the call waits for its disk.</summary>
internal sealed class FileInput(Descriptor file, ulong offset) : InputStream
{
    private readonly Descriptor _file = file.Share();
    private ulong _offset = offset;
    private bool _isClosed;

    internal override bool IsReady => true;

    internal override StreamRead Read(int most)
    {
        if (_isClosed || most == 0)
        {
            return _isClosed ? StreamRead.Closed : StreamRead.Nothing;
        }
        var outcome = FileData.Read(_file, (ulong)most, _offset, out var bytes);
        _isClosed = outcome != ErrorCode.None || bytes.Length == 0;
        if (outcome != ErrorCode.None)
        {
            return StreamRead.Failed(FileOutput.Error(outcome));
        }
        _offset += (ulong)bytes.Length;
        return bytes.Length == 0 ? StreamRead.Closed : StreamRead.Of(bytes);
    }

    internal override ValueTask WhenReady(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public override void Dispose()
    {
        _file.Dispose();
        base.Dispose();
    }
}
