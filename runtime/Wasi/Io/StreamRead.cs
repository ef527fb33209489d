namespace Tapedeck.Wasi.Io;

/// <summary>What a read gave: bytes, none where there are none yet, or the stream's end.</summary>
internal readonly record struct StreamRead(StreamStatus Status, ReadOnlyMemory<byte> Bytes)
{
    internal static StreamRead Closed { get; } = new(StreamStatus.Closed, default);

    internal static StreamRead Nothing => default;

    internal static StreamRead Of(ReadOnlyMemory<byte> bytes) => new(StreamStatus.Ok, bytes);

    internal static StreamRead Failed(IoError error) => new(StreamStatus.Failed(error), default);
}
