using System.Collections.Immutable;

namespace Tapedeck.Policy.Specs;

/// <summary>A label selector, as <see href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors"/>
/// has it: everything in it has to hold, and the empty one selects everything.</summary>
public sealed record LabelSelector(ImmutableSortedDictionary<string, string> MatchLabels, ImmutableArray<LabelRequirement> MatchExpressions)
{
    public static LabelSelector Everything { get; } = new(ImmutableSortedDictionary<string, string>.Empty, []);

    public bool Matches(IReadOnlyDictionary<string, string> labels) =>
        MatchLabels.All(label => labels.TryGetValue(label.Key, out var value) && value == label.Value)
        && MatchExpressions.All(requirement => requirement.Matches(labels));
}
