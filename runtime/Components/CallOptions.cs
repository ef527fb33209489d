using Tapedeck.Wasm;

namespace Tapedeck.Components;

/// <summary>What a call may use, and what it carries.</summary>
public sealed record CallOptions
{
    public StoreLimits StoreLimits { get; init; } = new();

    /// <summary>Bytes that values lifted out of guests may take at one time on their way to the host or to other guests. Default 64 MiB.</summary>
    public long LiftBudgetBytes { get; init; } = 64 << 20;

    /// <summary>Handles in all tables together. Default 1,024.</summary>
    public int Handles { get; init; } = 1_024;

    /// <summary>What host functions keep for the call; see <see cref="Call.State{T}"/>.</summary>
    public object? State { get; init; }

    /// <summary>Ends the waiting of host functions. Guest code is ended by <see cref="Engine.RunAsync"/>, which takes the same token.</summary>
    public CancellationToken Cancellation { get; init; }
}
