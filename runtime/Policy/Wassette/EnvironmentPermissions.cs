using System.Collections.Immutable;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Wassette;

/// <summary><c>permissions.environment</c>: keys without values, which Wassette takes from its own environment.</summary>
internal static class EnvironmentPermissions
{
    private const string Field = "permissions.environment";
    /// <param name="secret">The Secret that the values are to be put into.</param>
    internal static EntryLists<KeyEntry, KeyPattern> Convert(MappingNode permissions, string secret, NoteList notes)
    {
        if (notes.Mapping(permissions, "environment", Field) is not { } environment)
        {
            return new([], []);
        }
        notes.AddUnknown(environment, Field, "allow");
        var entries = ImmutableArray.CreateBuilder<KeyEntry>();
        foreach (var (node, field) in notes.Entries(environment, "allow", $"{Field}.allow"))
        {
            notes.AddUnknown(node, field, "key");
            var key = NoteList.Text(node, "key") ?? "";
            var inWassette = "enforced, with the value from its own environment; secrets were given without being named here";
            if (!KeyEntryReader.IsVariable(key) || entries.Any(entry => entry.Name == key))
            {
                notes.Add(node, $"{field}: {key}", inWassette, "left out: it is no name of a variable, or is there twice");
                continue;
            }
            entries.Add(new KeyEntry(key, new KeySource(KeySourceKind.Secret, secret, key)));
            notes.Add(node, $"{field}: {key}", inWassette, $"the value is key {key} of Secret {secret}, which you make");
        }
        return new(entries.ToImmutable(), []);
    }
}
