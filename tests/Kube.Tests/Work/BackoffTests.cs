using Tapedeck.Kube.Work;
using Xunit;

namespace Tapedeck.Kube.Tests.Work;

public sealed class BackoffTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(10, 2_560)]
    [InlineData(16, 163_840)]
    [InlineData(17, 300_000)]
    [InlineData(63, 300_000)]
    [InlineData(64, 300_000)]
    [InlineData(int.MaxValue, 300_000)]
    public void The_wait_doubles_up_to_the_longest(int failures, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), new Backoff(TimeSpan.FromMilliseconds(5), TimeSpan.FromMinutes(5)).After(failures));

    [Fact]
    public void No_wait_stays_no_wait() => Assert.Equal(TimeSpan.Zero, new Backoff(TimeSpan.Zero, TimeSpan.FromMinutes(5)).After(50));
}
