using Tapedeck.Policy.Limits;

namespace Tapedeck.Manifest;

/// <summary>The memory of messages on their way in: what the operator makes room for in a pod, and the runtime keeps to.</summary>
public static class MessageMemory
{
    /// <summary>Bytes of a message round its arguments: names, an id, what a client says of itself.</summary>
    private const int Envelope = 64 << 10;

    /// <summary>Buffers double as they grow, and the parser makes an index that is as large again.</summary>
    private const int Amplification = 4;

    /// <summary>Bytes of the largest message that a tool has any use for.</summary>
    public static int Largest(CallLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return (int)limits.Arguments + Envelope;
    }

    /// <summary>Bytes of memory that one such message takes.</summary>
    public static long OfOne(CallLimits limits) => (long)Amplification * Largest(limits);

    /// <summary>Bytes of memory that as many of them take as calls may run at once.</summary>
    public static long OfAll(CallLimits limits) => OfOne(limits) * limits.ConcurrentCalls;
}
