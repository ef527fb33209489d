using System.Collections.Immutable;

namespace Tapedeck.Policy.Reading;

/// <summary>Reads a mapping of labels, or of what has the form of labels.</summary>
public static class LabelsReader
{
    public static ImmutableSortedDictionary<string, string> Read(FieldReader fields, string name)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in (fields.TakeMapping(name)?.Node as MappingNode)?.Fields ?? [])
        {
            var path = $"{fields.PathOf(name)}.{key.Value}";
            if (FieldReader.TryParse<string>(key with { IsQuoted = true }, path, ObjectNames.TryParseLabelKey, out var label, fields.Problems)
                && FieldReader.Text(value, path, fields.Problems) is not null
                && FieldReader.TryParse<string>(value, path, ObjectNames.TryParseLabelValue, out var text, fields.Problems))
            {
                labels[label] = text;
            }
        }
        return labels.ToImmutable();
    }
}
