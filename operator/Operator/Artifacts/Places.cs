namespace Tapedeck.Operator.Artifacts;

/// <summary>So many places for each key. Safe for all threads; a key that nobody uses costs nothing.</summary>
/// <param name="each">At least 1.</param>
internal sealed class Places(int each)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Waits for a place; whoever disposes of it gives it back.</summary>
    internal async Task<Place> TakeAsync(string key, CancellationToken cancellationToken)
    {
        var entry = Enter(key);
        try
        {
            await entry.Free.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Leave(key, entry);
            throw;
        }
        return new Place(this, key, entry);
    }

    private Entry Enter(string key)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var entry))
            {
                _entries[key] = entry = new Entry(new SemaphoreSlim(each));
            }
            entry.Users++;
            return entry;
        }
    }

    private void Leave(string key, Entry entry)
    {
        lock (_lock)
        {
            if (--entry.Users == 0)
            {
                _entries.Remove(key);
                entry.Free.Dispose();
            }
        }
    }

    internal sealed class Entry(SemaphoreSlim free)
    {
        internal SemaphoreSlim Free => free;
        internal int Users { get; set; }
    }

    /// <summary>Is given back once, however often it is disposed of.</summary>
    internal sealed class Place(Places places, string key, Entry entry) : IDisposable
    {
        private Entry? _entry = entry;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _entry, null) is { } entry)
            {
                entry.Free.Release();
                places.Leave(key, entry);
            }
        }
    }
}
