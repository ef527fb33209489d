namespace Tapedeck.Mcp.Protocol;

/// <summary>One who waits for changes. It holds one word, however many changes there are while it does not look.</summary>
internal sealed class ChangeListener(ChangeFeed feed) : IDisposable
{
    private readonly SemaphoreSlim _awake = new(0, 1);
    private readonly Lock _lock = new();
    private Changes _pending;

    internal void Wake(Changes changes)
    {
        lock (_lock)
        {
            if (_pending == Changes.None)
            {
                _awake.Release();
            }
            _pending |= changes;
        }
    }

    /// <summary>Waits until there is a change, and takes all that there are.</summary>
    internal async Task<Changes> NextAsync(CancellationToken cancellationToken)
    {
        await _awake.WaitAsync(cancellationToken);
        lock (_lock)
        {
            var changes = _pending;
            _pending = Changes.None;
            return changes;
        }
    }

    public void Dispose() => feed.Forget(this);
}
