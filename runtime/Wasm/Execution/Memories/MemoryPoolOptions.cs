namespace Tapedeck.Wasm.Execution.Memories;

/// <summary>The options of a pool.</summary>
internal sealed record MemoryPoolOptions
{
    /// <summary>Pages without access behind all that a slot can enable.</summary>
    internal const long GuardBytes = 64 << 10;

    /// <summary>What a 32-bit address and a 32-bit offset can reach, and the guard.</summary>
    internal const long GuardedBytes = (8L << 30) + GuardBytes;

    /// <summary>Slots at one time, rented and idle. Default 4,096, which is 32 TiB of addresses.</summary>
    internal int MaxSlots { get; init; } = 4_096;

    /// <summary>Slots kept for the next rent. They hold addresses and mappings but next to no memory. Default 256.</summary>
    internal int MaxIdleSlots { get; init; } = 256;

    /// <summary>The addresses that a slot reserves at least; a slot that may grow beyond reserves more. Default <see cref="GuardedBytes"/>; a pool of tables needs less.</summary>
    internal long ReservationBytes { get; init; } = GuardedBytes;

    /// <summary>Mappings of the process's slots and images together at which this pool refuses, see <see cref="MappingBudget"/>.</summary>
    internal int MaxMappings { get; init; } = MappingBudget.Default;

    /// <summary>For tests: what the pool takes the host to be capable of.</summary>
    internal MemoryCapabilities? Capabilities { get; init; }
}
