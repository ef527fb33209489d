using System.Diagnostics.Metrics;

namespace Tapedeck.Server.Logs;

/// <summary>
/// Lines on their way to a stream. Whoever has one leaves a copy and goes on; a thread of its own writes what has gathered in one go. What waits is bounded: where the
/// stream takes nothing, a line waits for a second at most, and then it is lost, counted, and told of as soon as the stream takes something again.
/// </summary>
internal sealed class LogPipe : IDisposable
{
    internal const string MeterName = "Tapedeck.Logs";

    /// <summary>Bytes that wait at most: some ten thousand audit events.</summary>
    internal const int MostBytes = 4 << 20;

    /// <summary>A stream that took no piece for so long is stuck, and nobody waits for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>How long a stream that is stuck when the program ends holds up the end.</summary>
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(5);

    /// <summary>Lines come close together, and each write is a system call.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(10);

    // Progress is seen by pieces, so that a slow reader is not taken for one that has stopped.
    private const int Piece = 64 << 10;

    private const int MostKept = 1 << 20;

    private readonly object _gate = new();
    private readonly Stream _stream;
    private readonly Func<long, byte[]> _lostLine;
    private readonly TimeProvider _time;
    private readonly Meter _meter = new(MeterName);
    private readonly Thread _thread;
    private byte[] _waiting = new byte[Piece];
    private int _count;
    private byte[] _writing = new byte[Piece];
    private long _lost;
    private long _untold;
    private long _lastProgress;
    private bool _isAsleep;
    private bool _isClosed;

    /// <param name="lostLine">The line that tells how many lines were lost.</param>
    internal LogPipe(Stream stream, Func<long, byte[]> lostLine, TimeProvider time)
    {
        _stream = stream;
        _lostLine = lostLine;
        _time = time;
        _lastProgress = time.GetTimestamp();
        _meter.CreateObservableCounter("tapedeck.log.lost", () => Lost, "{line}", "Lines of the log, audit events among them, that standard error did not take.");
        _thread = new Thread(WriteAll) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <summary>Lines that were lost.</summary>
    internal long Lost => Interlocked.Read(ref _lost);

    /// <summary>Takes a line, with its end.</summary>
    internal void Write(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            if (_isClosed || !HasRoom(line.Length))
            {
                Interlocked.Increment(ref _lost);
                _untold++;
                return;
            }
            Append(line);
            if (_isAsleep)
            {
                _isAsleep = false;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Writes what waits, for as long as the stream takes it. Lines that come later are lost.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
        _thread.Join(LastPatience);
        _meter.Dispose();
    }

    // Under the lock. A line that is larger than all there is goes alone.
    private bool HasRoom(int length)
    {
        while (_count > 0 && _count + length > MostBytes)
        {
            var left = Patience - _time.GetElapsedTime(_lastProgress);
            if (left <= TimeSpan.Zero || _isClosed)
            {
                return false;
            }
            Monitor.Wait(_gate, left);
        }
        return true;
    }

    private void Append(ReadOnlySpan<byte> line)
    {
        if (_count + line.Length > _waiting.Length)
        {
            Array.Resize(ref _waiting, Math.Max(_count + line.Length, _waiting.Length * 2));
        }
        line.CopyTo(_waiting.AsSpan(_count));
        _count += line.Length;
    }

    private void WriteAll()
    {
        while (Take() is { } length)
        {
            for (var at = 0; at < length; at += Piece)
            {
                if (!TryWrite(_writing.AsSpan(at, Math.Min(Piece, length - at))))
                {
                    return;
                }
                lock (_gate)
                {
                    _lastProgress = _time.GetTimestamp();
                    Monitor.PulseAll(_gate);
                }
            }
        }
    }

    /// <summary>Waits for lines, and takes all that there are; null at the end.</summary>
    private int? Take()
    {
        lock (_gate)
        {
            while (_count == 0 && _untold == 0 && !_isClosed)
            {
                _isAsleep = true;
                Monitor.Wait(_gate);
            }
            _isAsleep = false;
            var gathered = _time.GetTimestamp();
            while (!_isClosed && _count < Piece && Gathering - _time.GetElapsedTime(gathered) is var left && left > TimeSpan.Zero)
            {
                Monitor.Wait(_gate, left);
            }
            if (_untold > 0)
            {
                Append(_lostLine(_untold));
                _untold = 0;
            }
            if (_count == 0)
            {
                return null;
            }
            // What a burst needed is not kept.
            var next = _writing.Length > MostKept ? new byte[Piece] : _writing;
            (_waiting, _writing, var length) = (next, _waiting, _count);
            _count = 0;
            _lastProgress = _time.GetTimestamp();
            Monitor.PulseAll(_gate);
            return length;
        }
    }

    private bool TryWrite(ReadOnlySpan<byte> piece)
    {
        try
        {
            _stream.Write(piece);
            _stream.Flush();
            return true;
        }
        catch (IOException)
        {
            // Nobody reads any more, and there is no other place to say so: what comes now is lost and counted.
            lock (_gate)
            {
                _isClosed = true;
            }
            return false;
        }
    }
}
