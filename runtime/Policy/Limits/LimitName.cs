namespace Tapedeck.Policy.Limits;

/// <summary>What a call or an instance may use.</summary>
public enum LimitName
{
    Memory,
    CallDeadline,
    CpuTime,
    ConcurrentCalls,
    CallsPerSecond,
    Arguments,
    Response,
    OutboundRequests,
    OpenHandles,
    Log,
}
