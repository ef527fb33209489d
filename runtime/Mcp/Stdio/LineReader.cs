using System.Buffers;
using System.IO.Pipelines;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Stdio;

/// <summary>Reads lines of at most a number of bytes. Of a longer one nothing is kept.</summary>
internal sealed class LineReader(Stream input, int limit)
{
    private readonly PipeReader _pipe = PipeReader.Create(input, new StreamPipeReaderOptions(leaveOpen: true));
    private bool _skipping;

    /// <summary>The next line that is not blank, or null at the end.</summary>
    /// <exception cref="InvalidDataException">The line is too long; reading can go on behind it.</exception>
    internal async ValueTask<PooledBuffer?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // A read of a terminal or a pipe cannot be called off once it has begun; it is left behind.
            var read = await _pipe.ReadAsync(cancellationToken).AsTask().WaitAsync(cancellationToken);
            var buffer = read.Buffer;
            if (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = buffer.Slice(0, end);
                var skipped = _skipping || line.Length > limit;
                _skipping = false;
                var copy = skipped ? null : Copy(line);
                _pipe.AdvanceTo(buffer.GetPosition(1, end));
                if (skipped)
                {
                    throw new InvalidDataException($"a message has at most {limit} bytes");
                }
                if (copy is not null)
                {
                    return copy;
                }
                continue;
            }
            if (read.IsCompleted)
            {
                // A last line without its end is a message all the same.
                var last = _skipping || buffer.Length > limit ? null : Copy(buffer);
                _pipe.AdvanceTo(buffer.End);
                return last;
            }
            _skipping |= buffer.Length > limit;
            _pipe.AdvanceTo(_skipping ? buffer.End : buffer.Start, buffer.End);
        }
    }

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
