using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Reading;

/// <summary>Reads a label selector.</summary>
public static class LabelSelectorReader
{
    private const int MostRequirements = 64;
    private const int MostValues = 100;

    public static LabelSelector Read(Node node, string field, ProblemList problems)
    {
        var fields = new FieldReader(node, field, problems);
        var labels = LabelsReader.Read(fields, "matchLabels");
        var requirements = ListsReader.ReadList(fields, "matchExpressions", ReadRequirement, MostRequirements);
        fields.Done();
        return new LabelSelector(labels, requirements);
    }

    private static LabelRequirement? ReadRequirement(FieldReader fields)
    {
        var before = fields.Problems.Count;
        fields.TakeRequired("key", "the key of a label");
        fields.TryTake<string>("key", ObjectNames.TryParseLabelKey, out var key);
        fields.TakeRequired("operator", "In, NotIn, Exists or DoesNotExist");
        fields.TryTake<LabelOperator>("operator", Words.Exact, out var @operator);
        var values = fields.TakeList<string>("values", ObjectNames.TryParseLabelValue, MostValues);
        if (fields.Problems.Count == before && values.IsEmpty == (@operator is LabelOperator.In or LabelOperator.NotIn))
        {
            fields.Problems.Add(fields.Node, fields.PathOf("values"), $"expected {(values.IsEmpty ? "at least one value" : "no values")} with {@operator}");
        }
        return fields.Problems.Count > before ? null : new LabelRequirement(key, @operator, values);
    }
}
