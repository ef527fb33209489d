using System.Text;

namespace Tapedeck.Mcp.Stdio;

/// <summary>The requests that are being served, by their ids.</summary>
internal sealed class InFlight(int most)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, StdioExchange> _exchanges = new(StringComparer.Ordinal);
    private TaskCompletionSource? _drained;

    /// <returns>Why not, or null.</returns>
    internal string? TryAdd(ReadOnlyMemory<byte> id, StdioExchange exchange)
    {
        lock (_lock)
        {
            if (_exchanges.Count >= most)
            {
                return $"at most {most} requests are served at a time";
            }
            return _exchanges.TryAdd(Key(id), exchange) ? null : "the id is that of a request that is being served";
        }
    }

    internal void Remove(ReadOnlyMemory<byte> id)
    {
        lock (_lock)
        {
            _exchanges.Remove(Key(id));
            if (_exchanges.Count == 0)
            {
                _drained?.TrySetResult();
            }
        }
    }

    internal void Cancel(ReadOnlyMemory<byte> id)
    {
        lock (_lock)
        {
            if (_exchanges.TryGetValue(Key(id), out var exchange))
            {
                exchange.Cancel();
            }
        }
    }

    /// <summary>Completes when no request is being served.</summary>
    internal Task DrainedAsync()
    {
        lock (_lock)
        {
            _drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_exchanges.Count == 0)
            {
                _drained.TrySetResult();
            }
            return _drained.Task;
        }
    }

    private static string Key(ReadOnlyMemory<byte> id) => Encoding.UTF8.GetString(id.Span);
}
