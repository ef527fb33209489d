using Xunit;

namespace Tapedeck.Kube.Tests.Fakes;

/// <summary>Waits for what happens in the background.</summary>
internal static class Eventually
{
    /// <summary>Far longer than anything takes, on a machine that does other things as well.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    internal static async Task True(Func<bool> condition, string what)
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Assert.False(timeout.IsCancellationRequested, $"It did not come to pass within {Patience.TotalSeconds} s: {what}");
            await Task.Delay(5);
        }
    }
}
