using System.Collections.Immutable;

namespace Tapedeck.Policy.Specs;

/// <summary>An entry of <c>matchExpressions</c>.</summary>
public sealed record LabelRequirement(string Key, LabelOperator Operator, ImmutableArray<string> Values)
{
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        var isSet = labels.TryGetValue(Key, out var value);
        return Operator switch
        {
            LabelOperator.In => isSet && Values.Contains(value!),
            LabelOperator.NotIn => !isSet || !Values.Contains(value!),
            LabelOperator.Exists => isSet,
            _ => !isSet,
        };
    }
}
