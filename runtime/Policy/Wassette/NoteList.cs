using System.Collections.Immutable;
using Tapedeck.Policy.Reading;

namespace Tapedeck.Policy.Wassette;

/// <summary>Collects notes.</summary>
internal sealed class NoteList
{
    private readonly List<WassetteNote> _notes = [];

    internal ImmutableArray<WassetteNote> All => [.. _notes.OrderBy(note => note.Line)];

    internal void Add(Node node, string entry, string inWassette, string here) => _notes.Add(new WassetteNote(node.Line, entry, inWassette, here));

    /// <summary>Wassette's reader passes over fields that it does not know.</summary>
    internal void AddUnknown(MappingNode mapping, string field, params ReadOnlySpan<string> known)
    {
        foreach (var (name, _) in mapping.Fields)
        {
            if (!known.Contains(name.Value))
            {
                Add(name, $"{(field.Length == 0 ? "" : field + ".")}{name.Value}", "unknown, passed over in silence", "left out");
            }
        }
    }

    /// <summary>The mapping of a field; a note where it is something else.</summary>
    internal MappingNode? Mapping(MappingNode parent, string name, string field)
    {
        if (parent.Find(name) is not { } node || node is ScalarNode { IsNull: true })
        {
            return null;
        }
        if (node is MappingNode mapping)
        {
            return mapping;
        }
        Add(node, field, "an error", "left out: a mapping was expected");
        return null;
    }

    /// <summary>The entries of a list with their places.</summary>
    internal IEnumerable<(MappingNode Entry, string Field)> Entries(MappingNode parent, string name, string field)
    {
        var index = 0;
        foreach (var item in (parent.Find(name) as SequenceNode)?.Items ?? [])
        {
            var place = $"{field}[{index++}]";
            if (item is MappingNode entry)
            {
                yield return (entry, place);
            }
            else
            {
                Add(item, place, "an error", "left out: a mapping was expected");
            }
        }
    }

    internal static string? Text(MappingNode entry, string name) => entry.Find(name) is ScalarNode { IsNull: false } scalar ? scalar.Value : null;
}
