namespace Tapedeck.Wasi.Io;

/// <summary>What became of an operation of a stream.</summary>
internal readonly record struct StreamStatus
{
    private StreamStatus(bool isClosed, IoError? error)
    {
        IsClosed = isClosed;
        Error = error;
    }

    internal static StreamStatus Ok => default;

    internal static StreamStatus Closed { get; } = new(isClosed: true, null);

    internal bool IsOk => !IsClosed && Error is null;

    internal bool IsClosed { get; }

    internal IoError? Error { get; }

    internal static StreamStatus Failed(IoError error) => new(isClosed: false, error);
}
