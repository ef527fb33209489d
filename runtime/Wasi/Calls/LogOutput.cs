using Tapedeck.Wasi.Io;

namespace Tapedeck.Wasi.Calls;

/// <summary>A standard stream of the guest: its bytes go to the log of the call.</summary>
internal sealed class LogOutput(CallLog log, LogSource source) : OutputStream
{
    internal override bool IsReady => true;

    internal override StreamStatus Flush() => StreamStatus.Ok;

    internal override ValueTask WhenReady(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private protected override StreamStatus Room(out int bytes)
    {
        bytes = MostBytes;
        return StreamStatus.Ok;
    }

    private protected override StreamStatus Take(ReadOnlyMemory<byte> bytes)
    {
        log.Write(source, bytes.Span);
        return StreamStatus.Ok;
    }
}
