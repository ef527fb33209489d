using Tapedeck.Policy.Limits;
using Xunit;

namespace Tapedeck.Policy.Tests.Limits;

public sealed class LimitTests
{
    [Theory]
    [InlineData("memory", "64Mi", "4Gi")]
    [InlineData("callDeadline", "30s", "15m")]
    [InlineData("cpuTime", "30s", "15m")]
    [InlineData("concurrentCalls", "8", "1000")]
    [InlineData("callsPerSecond", null, "1000000")]
    [InlineData("arguments", "1Mi", "64Mi")]
    [InlineData("response", "1Mi", "64Mi")]
    [InlineData("outboundRequests", "32", "10000")]
    [InlineData("openHandles", "1Ki", "64Ki")]
    [InlineData("log", "64Ki", "16Mi")]
    public void Default_and_maximum(string field, string? @default, string maximum)
    {
        var limit = Limit.All.Single(limit => limit.Field == field);
        Assert.Equal(limit.Default, Value(limit, @default));
        Assert.Equal(limit.Maximum, Value(limit, maximum));
    }

    [Fact]
    public void Limits_are_in_the_order_of_their_names() => Assert.Equal(Enum.GetValues<LimitName>(), Limit.All.Select(limit => limit.Name));

    [Theory]
    [InlineData("memory", "4Gi", true)]
    [InlineData("memory", "5Gi", false)]
    [InlineData("memory", "4294967297", false)]
    [InlineData("memory", "1Ki", false)]
    [InlineData("memory", "-1", false)]
    [InlineData("memory", "1.5Gi", false)]
    [InlineData("memory", "64m", false)]
    [InlineData("memory", "64MiB", false)]
    [InlineData("memory", "064Mi", false)]
    [InlineData("memory", "", false)]
    [InlineData("memory", "9999999999999Ti", false)]
    [InlineData("callDeadline", "15m", true)]
    [InlineData("callDeadline", "15m1ms", false)]
    [InlineData("callDeadline", "1m30s", true)]
    [InlineData("callDeadline", "30s1m", false)]
    [InlineData("callDeadline", "30", false)]
    [InlineData("callDeadline", "30s30s", false)]
    [InlineData("callDeadline", "0s", false)]
    [InlineData("callDeadline", "99999999999999h", false)]
    [InlineData("concurrentCalls", "1000", true)]
    [InlineData("concurrentCalls", "1001", false)]
    [InlineData("concurrentCalls", "0", false)]
    [InlineData("outboundRequests", "0", true)]
    public void Value_in_range(string field, string text, bool expected) =>
        Assert.Equal(expected, Limit.All.Single(limit => limit.Field == field).TryParse(text, out _, out _));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "1ms")]
    [InlineData(30_000, "30s")]
    [InlineData(90_500, "1m30s500ms")]
    [InlineData(3_600_000, "1h")]
    public void Duration_is_written_as_it_is_read(long milliseconds, string text)
    {
        Assert.Equal(text, Duration.Format(milliseconds));
        Assert.Equal(milliseconds, Duration.TryParse(text, out var read, out _) ? read : -1);
    }

    [Fact]
    public void The_defaults_have_types()
    {
        var limits = CallLimits.Default;
        Assert.Equal(64L << 20, limits.Memory);
        Assert.Equal(TimeSpan.FromSeconds(30), limits.CallDeadline);
        Assert.Equal(TimeSpan.FromSeconds(30), limits.CpuTime);
        Assert.Equal(8, limits.ConcurrentCalls);
        Assert.Null(limits.CallsPerSecond);
        Assert.Equal(512L << 20, limits.MemoryOfAllCalls);
    }

    [Fact]
    public void A_limit_that_is_reached_has_a_code()
    {
        Assert.Equal("limit-call-deadline", new LimitExceeded(LimitName.CallDeadline, 30_000).Code);
        Assert.Equal("the limit callDeadline of 30s was reached", new LimitExceeded(LimitName.CallDeadline, 30_000).Message);
        Assert.Equal(Limit.All.Count, Limit.All.Select(limit => limit.Code).Distinct().Count());
    }

    private static long? Value(Limit limit, string? text)
    {
        if (text is null)
        {
            return null;
        }
        // Counts are written without suffix; Ki stands here for brevity.
        return Quantity.TryParse(text, out var value, out _) || limit.TryParse(text, out value, out _) ? value : -1;
    }
}
