using System.Collections.Frozen;
using System.Collections.Immutable;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Matching;

/// <summary>The keys of the environment or of <c>wasi:config</c>.</summary>
internal sealed class KeyRules
{
    private readonly FrozenDictionary<string, Rule<KeyEntry>> _allow;

    internal KeyRules(string field, RuleSet<KeyEntry, KeyPattern> rules)
    {
        Deny = rules.Deny;
        Ceiling = rules.Ceiling;
        var byName = rules.Allow.GroupBy(rule => rule.Entry.Name, StringComparer.Ordinal).ToLookup(group => group.DistinctBy(rule => rule.Entry.Source).Count() > 1);
        Conflicts =
        [
            .. byName[true].OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => $"{field} {group.Key}: {string.Join(", ", group.Select(rule => rule.Reference))} give different values; none is granted"),
        ];
        _allow = byName[false].ToFrozenDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        Granted = [.. _allow.Values.Select(rule => rule.Entry).Where(entry => Denial(entry.Name) is null).OrderBy(entry => entry.Name, StringComparer.Ordinal)];
    }

    /// <summary>The keys that may be read.</summary>
    internal ImmutableArray<KeyEntry> Granted { get; }

    internal ImmutableArray<Rule<KeyPattern>> Deny { get; }

    internal ImmutableArray<Rule<KeyPattern>> Ceiling { get; }

    internal ImmutableArray<string> Conflicts { get; }

    internal Rule<KeyEntry>? Find(string name) => _allow.GetValueOrDefault(name);

    private Rule<KeyPattern>? Denial(string name) => Ceiling.Concat(Deny).FirstOrDefault(rule => rule.Entry.Matches(name));
}
