using System.Collections.Frozen;
using System.Collections.Immutable;
using Tapedeck.Policy.Specs;
using Tapedeck.Policy.Storage;

namespace Tapedeck.Policy.Matching;

/// <summary>The preopens of a tool, and what is denied in them.</summary>
internal sealed class StorageRules
{
    private readonly FrozenDictionary<string, Preopen> _preopens;

    internal StorageRules(RuleSet<StorageEntry, StorageDenyEntry> rules)
    {
        Deny = rules.Deny;
        Ceiling = rules.Ceiling;
        var byPath = rules.Allow.GroupBy(rule => rule.Entry.Path.Value, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal);
        var preopens = new List<Preopen>();
        var conflicts = new List<string>();
        foreach (var group in byPath)
        {
            if (group.Select(rule => (rule.Entry.Volume, rule.Entry.SubPath)).Distinct().Count() > 1)
            {
                conflicts.Add($"storage {group.Key}: {string.Join(", ", group.Select(rule => rule.Reference))} name different volumes; none is granted");
                continue;
            }
            preopens.Add(new Preopen(group.First().Entry.Path, [.. group], DeniedAsAWhole(group.First().Entry)));
        }
        Preopens = [.. preopens];
        Conflicts = [.. conflicts];
        _preopens = Preopens.ToFrozenDictionary(preopen => preopen.Path.Value, StringComparer.Ordinal);
    }

    internal ImmutableArray<Preopen> Preopens { get; }

    internal ImmutableArray<Rule<StorageDenyEntry>> Deny { get; }

    internal ImmutableArray<Rule<StorageDenyEntry>> Ceiling { get; }

    internal ImmutableArray<string> Conflicts { get; }

    internal Preopen? Find(string path) => _preopens.GetValueOrDefault(path);

    private StorageAccess DeniedAsAWhole(StorageEntry entry) => Deny.Concat(Ceiling)
        .Where(rule => rule.Entry.Path?.Contains(entry.Path.Value) != false && (rule.Entry.Source ?? entry.Volume.Kind) == entry.Volume.Kind)
        .Aggregate(StorageAccess.None, (access, rule) => access | rule.Entry.Access);
}
