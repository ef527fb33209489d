using Tapedeck.Wasi.Calls;
using Tapedeck.Wasi.Io;

namespace Tapedeck.Wasi.Http;

/// <summary>What <c>outgoing-body</c> stands for: bytes on their way into a request, which may not have been sent yet.</summary>
/// <param name="contentLength">How many bytes the headers promise; null for any number.</param>
/// <param name="held">What counts bytes before the request is sent.</param>
internal sealed class OutgoingBody(ulong? contentLength, HeldBytes held) : IDisposable
{
    /// <summary>What is kept of a body before its request is sent. Beyond it a write waits for the request.</summary>
    private const int MostEarlyBytes = 256 << 10;

    private readonly Lock _lock = new();
    private readonly MemoryStream _early = new();
    private readonly TaskCompletionSource<Stream> _target = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PushedOutput? _stream;
    private bool _isBegun;
    private bool _isKeptNoMore;

    internal ulong? ContentLength => contentLength;

    /// <summary>Completes when there is a first byte, or there will be none.</summary>
    internal Task Begun => _begun.Task;

    /// <summary>True where it was finished without a byte.</summary>
    internal bool IsEmpty => _finished.Task.IsCompletedSuccessfully && Written == 0;

    /// <summary>True while a stream of it is open: then neither may it be finished nor dropped.</summary>
    internal bool HasStream { get; private set; }

    /// <summary>Gives the stream, once.</summary>
    internal OutputStream? TakeStream()
    {
        if (_stream is not null)
        {
            return null;
        }
        HasStream = true;
        return _stream = new PushedOutput(Write, Failures.Of, () => HasStream = false);
    }

    /// <summary>The guest has written all. The error where that is not what its headers promised.</summary>
    internal HttpError? Finish()
    {
        if (contentLength is { } length && Written != length)
        {
            var error = new HttpFailure(HttpErrorCode.HttpRequestBodySize, Written);
            Break(error);
            return error.Error;
        }
        _finished.TrySetResult();
        _begun.TrySetResult();
        return null;
    }

    /// <summary>Sends the bytes as they come, until the guest finished. For the HTTP client.</summary>
    /// <exception cref="HttpFailure">The client wants to send a request again that a server has not taken, and what was sent of it is gone.</exception>
    internal async Task SendTo(Stream target, CancellationToken cancellationToken)
    {
        byte[] early;
        lock (_lock)
        {
            if (_isBegun && Written > 0)
            {
                throw new HttpFailure(HttpErrorCode.ConnectionTerminated);
            }
            _isBegun = true;
            _isKeptNoMore = true;
            early = _early.ToArray();
        }
        try
        {
            await target.WriteAsync(early, cancellationToken);
        }
        catch (Exception e)
        {
            // There may be an answer all the same, as that it is too much. The guest is not to go on writing until its deadline.
            _target.TrySetException(e);
            throw;
        }
        finally
        {
            Release();
        }
        _target.TrySetResult(target);
        await _finished.Task.WaitAsync(cancellationToken);
        // The client ends the body when this returns; the last write is to be in it.
        if (_stream is not null)
        {
            await _stream.Pending.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The request is over: what was kept is needed no more, and what is still being written goes nowhere.</summary>
    internal void Abandon(Exception why)
    {
        Release();
        _target.TrySetException(why);
    }

    /// <summary>Dropped without having been finished: the request is broken off, so that nobody takes a part for the whole.</summary>
    public void Dispose() => Break(new HttpFailure(HttpErrorCode.ConnectionTerminated));

    /// <summary>Nothing is kept any more, now or later.</summary>
    private void Release()
    {
        lock (_lock)
        {
            _isKeptNoMore = true;
            held.Return((int)_early.Length);
            _early.SetLength(0);
            _early.Capacity = 0;
        }
    }

    private void Break(HttpFailure why)
    {
        Release();
        _finished.TrySetException(why);
        _begun.TrySetResult();
    }

    private ulong Written => _stream?.Taken ?? 0;

    private ValueTask Write(ReadOnlyMemory<byte> bytes)
    {
        if (Written > contentLength)
        {
            throw new HttpFailure(HttpErrorCode.HttpRequestBodySize, Written);
        }
        _begun.TrySetResult();
        return IsKept(bytes.Span) ? ValueTask.CompletedTask : new(Send(bytes));
    }

    private bool IsKept(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_isKeptNoMore || _early.Length + bytes.Length > MostEarlyBytes || !held.TryTake(bytes.Length))
            {
                return false;
            }
            _early.Write(bytes);
            return true;
        }
    }

    private async Task Send(ReadOnlyMemory<byte> bytes)
    {
        var target = await _target.Task;
        await target.WriteAsync(bytes);
        await target.FlushAsync();
    }
}
