using System.Diagnostics;
using Xunit;

namespace Tapedeck.Operator.Tests.Cluster;

internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    internal static async Task Is(string what, Func<Task<bool>> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(watch.Elapsed < Patience, $"{what}: not within {Patience.TotalSeconds} s");
            await Task.Delay(100);
        }
    }
}
