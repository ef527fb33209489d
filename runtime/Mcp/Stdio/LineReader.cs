using System.Buffers;
using System.IO.Pipelines;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Stdio;

/// <summary>A line: a message, or what is known of one that was too long.</summary>
/// <param name="Message">Null where it was too long.</param>
/// <param name="Limit">Bytes that it may have.</param>
/// <param name="Id">Of a request that was too long; empty where that is not known.</param>
internal readonly record struct Line(PooledBuffer? Message, int Limit, ReadOnlyMemory<byte> Id);

/// <summary>Reads lines of at most as many bytes as a message may have. Of a longer one its ends are kept.</summary>
internal sealed class LineReader(Stream input, MessageRoom room)
{
    private readonly PipeReader _pipe = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: 64 << 10, leaveOpen: true));
    private byte[]? _head;
    private long _searched;

    /// <summary>The next line that is not blank, or null at the end.</summary>
    internal async ValueTask<Line?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // A read of a terminal or a pipe cannot be called off once it has begun; it is left behind.
            var read = await _pipe.ReadAsync(cancellationToken).AsTask().WaitAsync(cancellationToken);
            var buffer = read.Buffer;
            if (buffer.Slice(_searched).PositionOf((byte)'\n') is { } end)
            {
                var line = Take(buffer.Slice(0, end));
                _pipe.AdvanceTo(buffer.GetPosition(1, end));
                _searched = 0;
                if (line is not null)
                {
                    return line;
                }
                continue;
            }
            if (read.IsCompleted)
            {
                // A last line without its end is a message all the same.
                var last = Take(buffer);
                _pipe.AdvanceTo(buffer.End);
                _searched = 0;
                return last;
            }
            Keep(buffer);
        }
    }

    /// <summary>A line without its end: all of it, or of one that is too long already the head once and always a tail.</summary>
    private void Keep(ReadOnlySequence<byte> buffer)
    {
        if (_head is null && IsTooLong(buffer.Length))
        {
            _head = HeadOf(buffer);
        }
        var kept = _head is null ? buffer : buffer.Slice(Math.Max(0, buffer.Length - LostId.BytesOfEnd));
        _searched = kept.Length;
        _pipe.AdvanceTo(kept.Start, buffer.End);
    }

    private Line? Take(ReadOnlySequence<byte> line)
    {
        if (_head is null && !IsTooLong(line.Length))
        {
            return Copy(line) is { } message ? new Line(message, 0, default) : null;
        }
        var head = _head ?? HeadOf(line);
        _head = null;
        return new Line(null, room.Largest, LostId.Find(head, line.Slice(Math.Max(0, line.Length - LostId.BytesOfEnd)).ToArray()));
    }

    private bool IsTooLong(long bytes) => bytes > MessageRoom.Free && bytes > room.Largest;

    private static byte[] HeadOf(ReadOnlySequence<byte> line) => line.Slice(0, Math.Min(line.Length, LostId.BytesOfEnd)).ToArray();

    private static PooledBuffer? Copy(ReadOnlySequence<byte> line)
    {
        var copy = new PooledBuffer((int)line.Length + 1);
        foreach (var segment in line)
        {
            copy.Append(segment.Span);
        }
        if (copy.Written.Span.ContainsAnyExcept(" \t\r"u8))
        {
            return copy;
        }
        copy.Dispose();
        return null;
    }
}
