using System.Collections.Frozen;
using System.Collections.Immutable;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Requests;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Matching;

/// <summary>
/// Rules of the network, found by host: a request looks up its name, and each end of its name that begins with a dot, so that thousands of
/// rules cost as little as ten. Rules without a host are tried one after the other.
/// </summary>
internal sealed class NetworkRules
{
    private readonly FrozenDictionary<string, Rule<NetworkEntry>[]>.AlternateLookup<ReadOnlySpan<char>> _byHost;
    private readonly Rule<NetworkEntry>[] _withoutHost;
    private readonly NetworkMatch _match;

    internal NetworkRules(ImmutableArray<Rule<NetworkEntry>> rules, NetworkMatch match)
    {
        All = rules;
        _byHost = rules
            .Where(rule => rule.Entry.Host is not null)
            .GroupBy(rule => rule.Entry.Host!.Key, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
        _withoutHost = [.. rules.Where(rule => rule.Entry.Host is null)];
        _match = match;
    }

    internal ImmutableArray<Rule<NetworkEntry>> All { get; }

    /// <summary>A rule that speaks of the request, or null.</summary>
    internal Rule<NetworkEntry>? Find(in HostRequest request, in AddressFacts facts)
    {
        var found = request.Host.IsNone ? null : FindByName(request.Host.Value, request, facts);
        foreach (var name in request.Names.Span)
        {
            found ??= FindByName(name.Value, request, facts);
        }
        return found ?? First(_withoutHost, request, facts);
    }

    internal RuleMatch Match(NetworkEntry entry, in HostRequest request, in AddressFacts facts) => _match(entry, request, facts);

    private Rule<NetworkEntry>? FindByName(ReadOnlySpan<char> name, in HostRequest request, in AddressFacts facts)
    {
        while (true)
        {
            if (_byHost.TryGetValue(name, out var rules) && First(rules, request, facts) is { } found)
            {
                return found;
            }
            // "api.example.com", then ".example.com", then ".com".
            var dot = name.IsEmpty ? -1 : name[1..].IndexOf('.');
            if (dot < 0)
            {
                return null;
            }
            name = name[(dot + 1)..];
        }
    }

    private Rule<NetworkEntry>? First(Rule<NetworkEntry>[] rules, in HostRequest request, in AddressFacts facts)
    {
        foreach (var rule in rules)
        {
            if (_match(rule.Entry, request, facts) == RuleMatch.Matches)
            {
                return rule;
            }
        }
        return null;
    }
}
