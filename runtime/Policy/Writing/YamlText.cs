using System.Text;
using System.Text.Json;
using Tapedeck.Policy.Reading;

namespace Tapedeck.Policy.Writing;

/// <summary>Writes nodes as YAML, in one way: block mappings and lists, and quotes where some reader might see no text.</summary>
public static class YamlText
{
    public static string Write(Node node)
    {
        var text = new StringBuilder();
        WriteBlock(text, node, indent: 0);
        return text.ToString();
    }

    private static void WriteBlock(StringBuilder text, Node node, int indent)
    {
        switch (node)
        {
            case MappingNode { Fields.IsEmpty: false } mapping:
                WriteMapping(text, mapping, indent, isFirstIndented: true);
                break;
            case SequenceNode { Items.IsEmpty: false } sequence:
                foreach (var item in sequence.Items)
                {
                    WriteItem(text, item, indent);
                }
                break;
            default:
                text.Append(' ', indent).Append(Inline(node)).Append('\n');
                break;
        }
    }

    private static void WriteItem(StringBuilder text, Node item, int indent)
    {
        text.Append(' ', indent).Append("- ");
        if (item is MappingNode { Fields.IsEmpty: false } mapping)
        {
            WriteMapping(text, mapping, indent + 2, isFirstIndented: false);
        }
        else
        {
            text.Append(Inline(item)).Append('\n');
        }
    }

    private static void WriteMapping(StringBuilder text, MappingNode mapping, int indent, bool isFirstIndented)
    {
        foreach (var (name, value) in mapping.Fields)
        {
            text.Append(' ', isFirstIndented ? indent : 0).Append(Inline(name)).Append(':');
            isFirstIndented = true;
            if (IsInline(value))
            {
                text.Append(' ').Append(Inline(value)).Append('\n');
            }
            else
            {
                text.Append('\n');
                WriteBlock(text, value, indent + 2);
            }
        }
    }

    /// <summary>Lists of scalars stay on their line.</summary>
    private static bool IsInline(Node node) => node switch
    {
        SequenceNode sequence => sequence.Items.All(item => item is ScalarNode),
        MappingNode mapping => mapping.Fields.IsEmpty,
        _ => true,
    };

    private static string Inline(Node node) => node switch
    {
        ScalarNode scalar => Scalar(scalar),
        SequenceNode sequence => $"[{string.Join(", ", sequence.Items.Select(Inline))}]",
        MappingNode mapping => $"{{{string.Join(", ", mapping.Fields.Select(field => $"{Inline(field.Name)}: {Inline(field.Value)}"))}}}",
        _ => "",
    };

    private static string Scalar(ScalarNode scalar) =>
        !scalar.IsQuoted || (scalar with { IsQuoted = false }).IsText && IsPlain(scalar.Value)
            ? scalar.Value
            : JsonSerializer.Serialize(scalar.Value);

    private static bool IsPlain(string value) =>
        value.Length > 0 && char.IsAsciiLetterOrDigit(value[0])
        && value.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or '/');
}
