using System.Collections.Immutable;
using Tapedeck.Kube.Objects;
using Tapedeck.Manifest;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Children;
using Tapedeck.Operator.Policies;
using Tapedeck.Operator.Reports;
using Tapedeck.Policy;

namespace Tapedeck.Operator.Tools;

/// <summary>Everything that decides what becomes of one WasmTool, as it was found at one moment.</summary>
internal sealed record Observed
{
    public required KubeObject Object { get; init; }

    /// <summary>The spec; null where it cannot be read.</summary>
    public required WasmTool? Tool { get; init; }

    /// <summary>What is wrong with the spec.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    public required Resolution Resolution { get; init; }

    /// <summary>The artifact that the status names: what pods run.</summary>
    public Artifact? Recorded { get; init; }

    /// <summary>What pods may still run while a roll-out is not over.</summary>
    public ImmutableArray<Artifact> Superseded { get; init; } = [];

    /// <summary>What the tag has had; null where the spec names a digest, or cannot be read.</summary>
    public TagRecord? TagRecord { get; init; }

    public required SelectedPolicies Policies { get; init; }

    /// <summary>What was granted before; null after a start of the operator.</summary>
    public Grants? LastGood { get; init; }

    public KubeObject? Deployment { get; init; }

    /// <summary>What pods are to be handed.</summary>
    public required Snapshot Snapshot { get; init; }

    public required Surface Surface { get; init; }

    /// <summary>Why a CiliumNetworkPolicy of this tool is nothing to rely on; null where Cilium says that it takes it.</summary>
    public string? CiliumDoubt { get; init; }

    /// <summary>What those who are to route to this tool say against it; null where they say nothing.</summary>
    public string? RouteTrouble { get; init; }

    /// <summary>What pods said since the operator started.</summary>
    public PodAnswer Pods { get; init; } = new(null, null);

    internal RuntimeReport? Report => Pods.Report;

    /// <summary>The lowest number of the snapshots that they said they enforce, 0 where one of them was not handed out; null where that is not known.</summary>
    public long? Enforced { get; init; }

    /// <summary>Whether the operator can ask pods what they serve; outside of the cluster it cannot, and kubelet's probes have to be enough.</summary>
    public bool AsksPods { get; init; }

    /// <summary>A pod may say in a moment what it serves.</summary>
    public bool IsAsking { get; init; }
}
