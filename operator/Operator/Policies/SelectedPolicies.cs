using System.Collections.Immutable;
using Tapedeck.Policy.Merging;

namespace Tapedeck.Operator.Policies;

/// <summary>The policies and ceilings that select one tool.</summary>
/// <param name="Input">For the snapshot; its generation is not counted yet.</param>
internal sealed record SelectedPolicies(MergeInput Input, ImmutableArray<PolicyName> Names);

/// <param name="Name">Without its namespace.</param>
internal sealed record PolicyName(string Kind, string Name, long Generation);
