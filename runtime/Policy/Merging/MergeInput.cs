using System.Collections.Immutable;
using Tapedeck.Policy.Limits;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Merging;

/// <summary>Everything that decides what one tool may do. The lists hold what selects the tool and nothing else.</summary>
public sealed record MergeInput
{
    public required long Generation { get; init; }

    /// <summary>Of the text that this was read from, the generation included; empty where it was not read.</summary>
    public string Hash { get; init; } = "";

    public ImmutableArray<PolicyInput<CapabilityPolicySpec>> Policies { get; init; } = [];

    public ImmutableArray<PolicyInput<ClusterCapabilityPolicySpec>> Ceilings { get; init; } = [];

    /// <summary>The limits that the tool asks for itself.</summary>
    public StatedLimits ToolLimits { get; init; } = StatedLimits.None;

    public AddressPlan Addresses { get; init; } = AddressPlan.Default;

    /// <summary>Why the lists may not be all there is, such as a cache that is not in sync; null where they are.</summary>
    public string? Incomplete { get; init; }
}
