namespace Tapedeck.Operator.Artifacts;

/// <summary>
/// Bounds how many questions are on their way, so that those who never answer hold up nobody but themselves: a registry has half of the slots at most, and whoever
/// has not answered after a while keeps its question and gives its slot back. Safe for all threads.
/// </summary>
/// <param name="slots">Questions at once, of those that may still be answered soon; at least 1.</param>
internal sealed class Lanes(int slots, TimeProvider time) : IDisposable
{
    /// <summary>After this a question is a slow one.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Slow questions for each slot.</summary>
    private const int MostSlow = 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _slots = new(slots);
    private readonly SemaphoreSlim _questions = new(slots * MostSlow);

    /// <param name="registry">Whom it asks.</param>
    internal async Task<T> RunAsync<T>(string registry, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        var lane = Enter(registry);
        try
        {
            await lane.Places.WaitAsync(cancellationToken);
            try
            {
                await _questions.WaitAsync(cancellationToken);
                try
                {
                    return await InSlotAsync(ask, cancellationToken);
                }
                finally
                {
                    _questions.Release();
                }
            }
            finally
            {
                lane.Places.Release();
            }
        }
        finally
        {
            Leave(registry, lane);
        }
    }

    public void Dispose()
    {
        _slots.Dispose();
        _questions.Dispose();
    }

    private async Task<T> InSlotAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        Task<T> work;
        await _slots.WaitAsync(cancellationToken);
        try
        {
            work = ask(cancellationToken);
            await Task.WhenAny(work, Task.Delay(Patience, time, cancellationToken));
        }
        finally
        {
            _slots.Release();
        }
        return await work;
    }

    private Lane Enter(string registry)
    {
        lock (_lock)
        {
            if (!_lanes.TryGetValue(registry, out var lane))
            {
                _lanes[registry] = lane = new Lane(new SemaphoreSlim(Math.Max(1, slots / 2)));
            }
            lane.Users++;
            return lane;
        }
    }

    private void Leave(string registry, Lane lane)
    {
        lock (_lock)
        {
            if (--lane.Users == 0)
            {
                _lanes.Remove(registry);
                lane.Places.Dispose();
            }
        }
    }

    private sealed class Lane(SemaphoreSlim places)
    {
        internal SemaphoreSlim Places => places;
        internal int Users { get; set; }
    }
}
