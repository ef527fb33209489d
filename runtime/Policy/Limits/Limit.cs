namespace Tapedeck.Policy.Limits;

/// <summary>A limit with its range.</summary>
/// <param name="Field">Its name in a policy.</param>
/// <param name="Code">Its name in an error: <c>limit-</c> and this.</param>
/// <param name="Default">What holds where nobody says anything; null for no limit.</param>
public sealed record Limit(LimitName Name, string Field, string Code, LimitUnit Unit, long? Default, long Minimum, long Maximum)
{
    private const long KiB = 1L << 10;
    private const long MiB = 1L << 20;
    private const long GiB = 1L << 30;
    private const long Second = 1_000;
    private const long Minute = 60 * Second;

    /// <summary>All limits, in the order of <see cref="LimitName"/>.</summary>
    public static IReadOnlyList<Limit> All { get; } =
    [
        new(LimitName.Memory, "memory", "memory", LimitUnit.Bytes, 64 * MiB, 64 * KiB, 4 * GiB),
        new(LimitName.CallDeadline, "callDeadline", "call-deadline", LimitUnit.Milliseconds, 30 * Second, 1, 15 * Minute),
        new(LimitName.CpuTime, "cpuTime", "cpu-time", LimitUnit.Milliseconds, 30 * Second, 1, 15 * Minute),
        new(LimitName.ConcurrentCalls, "concurrentCalls", "concurrent-calls", LimitUnit.Count, 8, 1, 1_000),
        new(LimitName.CallsPerSecond, "callsPerSecond", "calls-per-second", LimitUnit.Count, null, 1, 1_000_000),
        new(LimitName.Arguments, "arguments", "arguments", LimitUnit.Bytes, 1 * MiB, 1, 64 * MiB),
        new(LimitName.Response, "response", "response", LimitUnit.Bytes, 1 * MiB, 1, 64 * MiB),
        new(LimitName.OutboundRequests, "outboundRequests", "outbound-requests", LimitUnit.Count, 32, 0, 10_000),
        new(LimitName.OpenHandles, "openHandles", "open-handles", LimitUnit.Count, 1_024, 1, 65_536),
        new(LimitName.Log, "log", "log", LimitUnit.Bytes, 64 * KiB, 0, 16 * MiB),
    ];

    public static Limit Of(LimitName name) => All[(int)name];

    public string Format(long value) => Unit switch
    {
        LimitUnit.Bytes => Quantity.Format(value),
        LimitUnit.Milliseconds => Duration.Format(value),
        _ => $"{value}",
    };

    /// <summary>Reads a value in this limit's unit and range.</summary>
    public bool TryParse(string text, out long value, out string expected)
    {
        var isRead = Unit switch
        {
            LimitUnit.Bytes => Quantity.TryParse(text, out value, out expected),
            LimitUnit.Milliseconds => Duration.TryParse(text, out value, out expected),
            _ => Quantity.TryParseCount(text, out value, out expected),
        };
        if (isRead && value >= Minimum && value <= Maximum)
        {
            return true;
        }
        expected += $", from {Format(Minimum)} to {Format(Maximum)}";
        return false;
    }
}
