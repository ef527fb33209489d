using System.Collections.Immutable;
using Tapedeck.Operator.Children;

namespace Tapedeck.Operator.Reports;

/// <summary>What the pods of a tool said, and what is said of them.</summary>
/// <param name="Report">Of the newest that serves; null where none does.</param>
/// <param name="Failure">Of a newer one that does not; null for none.</param>
internal sealed record PodAnswer(RuntimeReport? Report, PodFailure? Failure)
{
    /// <summary>The snapshots of policies that the pods enforce which serve; null while one of them has not said.</summary>
    public ImmutableArray<SnapshotName>? Enforced { get; init; }

    /// <summary>The pod that <see cref="Failure"/> is of; empty for none.</summary>
    public string Failing { get; init; } = "";

    /// <summary>Pods newer than the one of <see cref="Report"/> that say nothing: what they said before is their last word.</summary>
    public ImmutableArray<string> Silent { get; init; } = [];

    /// <summary>Why the newest pod does not come up, where kubelet or the scheduler knows; null for nothing.</summary>
    public string? Trouble { get; init; }
}
