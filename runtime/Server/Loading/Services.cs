using Tapedeck.Components;
using Tapedeck.Manifest;
using Tapedeck.Oci;
using Tapedeck.Oci.Signatures;
using Tapedeck.Policy;
using Tapedeck.Policy.Requests;
using Tapedeck.Server.Calls;
using Tapedeck.Wasm;

namespace Tapedeck.Server.Loading;

/// <summary>What all tools of a process share.</summary>
internal sealed record Services
{
    public required Engine Engine { get; init; }

    /// <summary>All of WASI.</summary>
    public required Linker Linker { get; init; }

    public required Puller Puller { get; init; }

    /// <summary>Where progress of pulls is shown; null shows none.</summary>
    public IProgress<PullProgress>? Progress { get; init; }

    /// <summary>Does what WasmTools say of their registries; null where the operator has done it.</summary>
    public ToolPulls? ToolPulls { get; init; }

    /// <summary>Null where there is no cache to keep.</summary>
    public CacheKeeper? Cache { get; init; }

    /// <summary>Null where there is no cache to remember in.</summary>
    public TagCheck? Tags { get; init; }

    public required Verifier Verifier { get; init; }

    /// <summary>What this machine asks of all tools; null where it asks nothing.</summary>
    public TrustPolicy? TrustPolicy { get; init; }

    public required IMounts Mounts { get; init; }

    public required MemoryBudget Memory { get; init; }

    public required Telemetry Telemetry { get; init; }

    public required AuditLog Audit { get; init; }

    public required RecentCalls Recent { get; init; }

    /// <summary>Null where there is no cache to remember in.</summary>
    public CrashLedger? Crashes { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>The sink of all gates, for the metrics. Events are of calls, and those know whose they are.</summary>
    internal void Decided(string tool, in HostRequest request, in Decision decision)
    {
        if (decision.Verdict != Verdict.Allowed)
        {
            Telemetry.Denied(tool, request.Capability, decision.Verdict.ToString());
        }
    }
}
