using System.Collections.Immutable;
using Tapedeck.Policy.Merging;

namespace Tapedeck.Operator.Policies;

/// <summary>The policies and ceilings that select one tool.</summary>
/// <param name="Input">For the snapshot; its generation is not counted yet.</param>
/// <param name="Departed">Those of <paramref name="Names"/> that are deleted, and whose denials still count.</param>
internal sealed record SelectedPolicies(MergeInput Input, ImmutableArray<PolicyName> Names, ImmutableArray<PolicyName> Departed);

/// <param name="Name">Without its namespace.</param>
/// <param name="Generation">0 for one that is gone.</param>
internal sealed record PolicyName(string Kind, string Name, long Generation);
