using System.Numerics;
using Microsoft.AspNetCore.Http;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Http;

/// <summary>
/// A body that has more than what is nobody's business: the room that it takes, and until when it has to have arrived, or its next piece. Whoever sends byte by byte would keep the room
/// from everybody else.
/// </summary>
/// <remarks>RATIONALE.md, "How large may a message be, and all of them together?"</remarks>
internal sealed class LargeBody : IDisposable
{
    private const int Piece = 64 << 10;

    private readonly HttpContext _context;
    private readonly McpOptions _options;
    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenRegistration _aborted;
    private long _expected;

    internal LargeBody(HttpContext context, McpOptions options)
    {
        (_context, _options) = (context, options);
        _over = new CancellationTokenSource(options.Limits.Piece, options.Time);
        _aborted = context.RequestAborted.UnsafeRegister(static over => ((CancellationTokenSource)over!).Cancel(), _over);
    }

    /// <summary>Bytes that it has taken of the room, which its reader gives back.</summary>
    internal long Taken { get; private set; }

    /// <summary>Fires when it is late, or the client is gone.</summary>
    internal CancellationToken Token => _over.Token;

    internal bool IsLate => _over.IsCancellationRequested && !_context.RequestAborted.IsCancellationRequested;

    /// <summary>Takes room for a body of so many bytes: its buffer, which doubles as it grows, and the index that the parser makes of it, which is as large.</summary>
    internal RpcError? Reserve(long bytes)
    {
        if (bytes >= _expected)
        {
            _expected = bytes + Piece;
            _over.CancelAfter(_options.Limits.Piece);
        }
        if (2 * bytes <= Taken)
        {
            return null;
        }
        var largest = _options.Room.Largest;
        if (bytes > largest)
        {
            return TooLarge(_context, largest);
        }
        var needed = 2 * (long)BitOperations.RoundUpToPowerOf2((ulong)bytes);
        if (!_options.Room.TryTake(needed - Taken))
        {
            Break(_context).RetryAfter = "1";
            return RpcError.InvalidRequest("Too many large messages are being served; try again later", StatusCodes.Status503ServiceUnavailable);
        }
        Taken = needed;
        return null;
    }

    internal RpcError TooLate()
    {
        Break(_context);
        return RpcError.InvalidRequest("Too slow: a large message is to arrive without breaks", StatusCodes.Status408RequestTimeout);
    }

    internal static RpcError TooLarge(HttpContext context, int largest)
    {
        Break(context);
        return RpcError.InvalidRequest($"Content too large: a message has at most {largest} bytes", StatusCodes.Status413PayloadTooLarge);
    }

    public void Dispose()
    {
        _aborted.Dispose();
        _over.Dispose();
    }

    /// <summary>What is left of the body is not worth reading, so the connection cannot be used again.</summary>
    private static IHeaderDictionary Break(HttpContext context)
    {
        context.Response.Headers.Connection = "close";
        return context.Response.Headers;
    }
}
