using Tapedeck.Manifest;
using Tapedeck.Policy.Limits;

namespace Tapedeck.Operator.Children;

/// <summary>The memory of a pod. It follows from what the tool asks for and not from policies, so that a policy's change is no roll-out.</summary>
internal static class Memory
{
    /// <summary>Of the runtime itself, with the compiled code of a component.</summary>
    internal const long RuntimeShare = PodPaths.RuntimeMemory;

    internal const long DefaultRequest = 128L << 20;

    /// <summary>All calls at once: the memory of their instances, the messages with their arguments, the values of these, and responses as bytes and as values.</summary>
    internal static long Limit(StatedLimits stated)
    {
        var limits = CallLimits.Of(stated, StatedLimits.None);
        return RuntimeShare + limits.MemoryOfAllCalls + MessageMemory.OfAll(limits) + ((limits.Arguments + (2 * limits.Response)) * limits.ConcurrentCalls);
    }
}
