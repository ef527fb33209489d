using System.Diagnostics;
using Xunit;

namespace Tapedeck.Wasm.Tests;

public sealed class CpuLimitTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Waiting_takes_none_of_it_and_computing_all()
    {
        using var engine = new Engine();
        Assert.False(await RunAsync(engine, static () => Thread.Sleep(4 * Limit)));
        Assert.True(await RunAsync(engine, static () =>
        {
            for (var clock = Stopwatch.StartNew(); clock.Elapsed < 200 * Limit && !_isOver;)
            {
                _isOver = _store!.IsInterrupted;
            }
        }));
    }

    private static volatile bool _isOver;
    private static Store? _store;

    private static async Task<bool> RunAsync(Engine engine, Action work)
    {
        using var store = engine.NewStore();
        _store = store;
        return await engine.RunAsync(
            store,
            () =>
            {
                using var limit = engine.LimitCpu(store, Limit);
                work();
                Assert.Equal(limit.IsReached, store.IsInterrupted);
                return limit.IsReached;
            },
            null,
            default);
    }
}
