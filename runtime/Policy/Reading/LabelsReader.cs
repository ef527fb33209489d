using System.Collections.Immutable;

namespace Tapedeck.Policy.Reading;

/// <summary>Reads a mapping of labels, or of what has the form of labels.</summary>
public static class LabelsReader
{
    private const int Most = 64;

    public static ImmutableSortedDictionary<string, string> Read(FieldReader fields, string name)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var mapping = fields.TakeMapping(name)?.Node as MappingNode;
        foreach (var (key, value) in mapping is null || fields.IsTooLong(name, Most) ? [] : mapping.Fields)
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
