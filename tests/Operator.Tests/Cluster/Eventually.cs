using System.Diagnostics;
using Xunit;

namespace Tapedeck.Operator.Tests.Cluster;

internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    internal static Task Is(string what, Func<Task<bool>> condition) => Is(() => what, condition);

    /// <param name="what">Asked when it is not so.</param>
    internal static async Task Is(Func<string> what, Func<Task<bool>> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(watch.Elapsed < Patience, $"{(watch.Elapsed < Patience ? "" : what())}: not within {Patience.TotalSeconds} s");
            await Task.Delay(100);
        }
    }
}
