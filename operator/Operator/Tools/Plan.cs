using System.Collections.Immutable;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Children;
using Tapedeck.Policy;
using Tapedeck.Policy.Merging;

namespace Tapedeck.Operator.Tools;

/// <summary>What is to be done for one WasmTool.</summary>
internal sealed record Plan
{
    /// <summary>In this order: what a Deployment mounts comes before it.</summary>
    public ImmutableArray<Child> Children { get; init; } = [];

    /// <summary>Everything is among <see cref="Children"/> that the spec asks for. Else they are what even pods of before are to get: their policies.</summary>
    public bool IsWhole { get; init; }

    /// <summary>The pods may not run any more what they run.</summary>
    public bool IsWithheld { get; init; }

    /// <summary>What is to be deleted if it is there and ours, since the spec no longer asks for it.</summary>
    public ImmutableArray<(Kube.Objects.Resource Resource, Kube.Objects.ObjectKey Key)> Unwanted { get; init; } = [];

    /// <summary>What pods are to run, and do where not <see cref="IsWhole"/>; null where there is none yet.</summary>
    public Artifact? Artifact { get; init; }

    public Grants? Grants { get; init; }

    /// <summary>The snapshot for the pods.</summary>
    public MergeInput? Snapshot { get; init; }

    /// <summary>Why nothing, or nothing new, is done; null where all is done.</summary>
    public Obstacle? Obstacle { get; init; }

    /// <summary>What the spec asks for and does not get, or what a person should see to, though nothing is in the way of the rest; null where there is nothing to say.</summary>
    public string? Note { get; init; }

    /// <summary>What keeps the pods in.</summary>
    public ImmutableArray<string> Walls { get; init; } = [];
}

/// <param name="Type">The condition that says so, besides Ready.</param>
/// <param name="IsTerminal">Only a change helps.</param>
internal sealed record Obstacle(string Type, string Reason, string Message, bool IsTerminal);
