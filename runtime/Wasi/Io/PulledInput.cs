namespace Tapedeck.Wasi.Io;

/// <summary>
/// A stream of the host, pulled: one read of at most <see cref="InputStream.MostBytes"/> is under way at a time, into a buffer of our own, and the next one
/// begins when its bytes are gone.
/// </summary>
/// <param name="read">Reads into the buffer; 0 is the end.</param>
/// <param name="errorOf">What the guest is told of a failure.</param>
internal sealed class PulledInput(
    Func<Memory<byte>, CancellationToken, ValueTask<int>> read, Func<Exception, IoError> errorOf, Action? onDispose = null) : InputStream
{
    private readonly CancellationTokenSource _ended = new();
    private readonly byte[] _buffer = new byte[MostBytes];
    private Task<int>? _pulling;
    private int _at;
    private int _end;
    private StreamRead? _last;

    internal override bool IsReady
    {
        get
        {
            Pull();
            return _at < _end || _last is not null || _pulling!.IsCompleted;
        }
    }

    internal override StreamRead Read(int most)
    {
        Pull();
        if (_at == _end && _last is null && _pulling!.IsCompleted)
        {
            Arrived(_pulling);
        }
        if (_at < _end)
        {
            // A copy: the buffer is filled again while the bytes are on their way into the guest.
            var bytes = _buffer.AsSpan(_at, Math.Min(most, _end - _at)).ToArray();
            _at += bytes.Length;
            return StreamRead.Of(bytes);
        }
        return _last is { } last ? Once(last) : StreamRead.Nothing;
    }

    internal override ValueTask WhenReady(CancellationToken cancellationToken) =>
        IsReady ? ValueTask.CompletedTask : Waiting.For(_pulling!, cancellationToken);

    /// <summary>Gives no more, not even what was received.</summary>
    internal void Close()
    {
        _at = _end;
        _last = StreamRead.Closed;
    }

    public override void Dispose()
    {
        _ended.Cancel();
        onDispose?.Invoke();
        base.Dispose();
    }

    private void Pull()
    {
        if (_at == _end && _last is null && _pulling is null)
        {
            _pulling = PullOnce();
        }
    }

    private async Task<int> PullOnce() => await read(_buffer, _ended.Token);

    private void Arrived(Task<int> pulled)
    {
        _pulling = null;
        if (pulled.IsCompletedSuccessfully && pulled.Result > 0)
        {
            (_at, _end) = (0, pulled.Result);
            return;
        }
        _last = pulled.Exception?.InnerException is { } failure ? StreamRead.Failed(errorOf(failure)) : StreamRead.Closed;
    }

    /// <summary>A failure is told once; after it the stream is closed.</summary>
    private StreamRead Once(StreamRead last)
    {
        _last = StreamRead.Closed;
        return last;
    }
}
