using System.Collections.Immutable;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Reading;

/// <summary>Reads a label selector.</summary>
public static class LabelSelectorReader
{
    public static LabelSelector Read(Node node, string field, ProblemList problems)
    {
        var fields = new FieldReader(node, field, problems);
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in (fields.TakeMapping("matchLabels")?.Node as MappingNode)?.Fields ?? [])
        {
            var path = $"{fields.PathOf("matchLabels")}.{name.Value}";
            if (FieldReader.TryParse<string>(name with { IsQuoted = true }, path, ObjectNames.TryParseLabelKey, out var key, problems)
                && FieldReader.Text(value, path, problems) is not null
                && FieldReader.TryParse<string>(value, path, ObjectNames.TryParseLabelValue, out var text, problems))
            {
                labels[key] = text;
            }
        }
        var requirements = ListsReader.ReadList(fields, "matchExpressions", ReadRequirement);
        fields.Done();
        return new LabelSelector(labels.ToImmutable(), requirements);
    }

    private static LabelRequirement? ReadRequirement(FieldReader fields)
    {
        var before = fields.Problems.Count;
        fields.TakeRequired("key", "the key of a label");
        fields.TryTake<string>("key", ObjectNames.TryParseLabelKey, out var key);
        fields.TakeRequired("operator", "In, NotIn, Exists or DoesNotExist");
        fields.TryTake<LabelOperator>("operator", Words.Exact, out var @operator);
        var values = fields.TakeList<string>("values", ObjectNames.TryParseLabelValue);
        if (fields.Problems.Count == before && values.IsEmpty == (@operator is LabelOperator.In or LabelOperator.NotIn))
        {
            fields.Problems.Add(fields.Node, fields.PathOf("values"), $"expected {(values.IsEmpty ? "at least one value" : "no values")} with {@operator}");
        }
        return fields.Problems.Count > before ? null : new LabelRequirement(key, @operator, values);
    }
}
