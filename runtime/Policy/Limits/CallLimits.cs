namespace Tapedeck.Policy.Limits;

/// <summary>The limits in force: of tool and policies the strictest, else the default; then no more than the ceiling.</summary>
public sealed class CallLimits
{
    private readonly long?[] _values;

    private CallLimits(long?[] values) => _values = values;

    public static CallLimits Default { get; } = Of(StatedLimits.None, StatedLimits.None);

    /// <summary>Null is no limit.</summary>
    public long? this[LimitName name] => _values[(int)name];

    /// <summary>Bytes of memory of an instance.</summary>
    public long Memory => Value(LimitName.Memory);

    public TimeSpan CallDeadline => TimeSpan.FromMilliseconds(Value(LimitName.CallDeadline));

    public TimeSpan CpuTime => TimeSpan.FromMilliseconds(Value(LimitName.CpuTime));

    public int ConcurrentCalls => (int)Value(LimitName.ConcurrentCalls);

    /// <summary>Null is no limit.</summary>
    public int? CallsPerSecond => (int?)this[LimitName.CallsPerSecond];

    /// <summary>Bytes of the arguments of a call.</summary>
    public long Arguments => Value(LimitName.Arguments);

    /// <summary>Bytes of the response of a call.</summary>
    public long Response => Value(LimitName.Response);

    /// <summary>Outbound requests and connections of a call.</summary>
    public int OutboundRequests => (int)Value(LimitName.OutboundRequests);

    public int OpenHandles => (int)Value(LimitName.OpenHandles);

    /// <summary>Bytes of log of a call.</summary>
    public long Log => Value(LimitName.Log);

    /// <summary>Bytes that all instances of a tool may use at once; what a pod's memory has to leave room for.</summary>
    public long MemoryOfAllCalls => Memory * ConcurrentCalls;

    /// <summary>A ceiling lowers, and never raises a default.</summary>
    public static CallLimits Of(StatedLimits stated, StatedLimits ceiling) =>
        new([.. Limit.All.Select(limit => Lower(stated[limit.Name] ?? limit.Default, ceiling[limit.Name]))]);

    private static long? Lower(long? value, long? cap) => value is null || cap is null ? value ?? cap : Math.Min(value.Value, cap.Value);

    private long Value(LimitName name) => _values[(int)name]!.Value;

    public override string ToString() =>
        string.Join(' ', Limit.All.Select(limit => $"{limit.Field}={(this[limit.Name] is { } value ? limit.Format(value) : "unlimited")}"));
}
