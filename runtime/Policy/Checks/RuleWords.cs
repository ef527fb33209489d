using System.Collections.Immutable;
using Tapedeck.Policy.Matching;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Requests;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Checks;

/// <summary>Rules in words.</summary>
internal static class RuleWords
{
    /// <summary>The rules as they are written.</summary>
    internal static IEnumerable<string> Of<TEntry>(ImmutableArray<Rule<TEntry>> rules)
        where TEntry : notnull => rules.Select(rule => $"{rule.Reference} ({rule.Entry})");

    /// <summary>The rules with what makes each of them fit the request, or not.</summary>
    internal static IEnumerable<string> Of(NetworkRules rules, in HostRequest request, in AddressFacts facts)
    {
        var lines = new List<string>();
        foreach (var rule in rules.All)
        {
            lines.Add($"{rule.Reference} ({rule.Entry}): {Words(rules.Match(rule.Entry, request, facts), rule.Entry, request, facts)}");
        }
        return lines;
    }

    private static string Words(RuleMatch match, NetworkEntry entry, in HostRequest request, in AddressFacts facts) => match switch
    {
        RuleMatch.Matches => "matches",
        RuleMatch.Protocol => $"is about {(entry.Protocol ?? NetworkProtocol.Http).ToString().ToLowerInvariant()}",
        RuleMatch.Host => entry.Host is null ? "names no host" : "names another host",
        RuleMatch.Address => $"does not hold {facts.Address}",
        RuleMatch.NeedsCidr => $"has no cidr, and {facts.Address} is {facts.Kind}",
        RuleMatch.CidrIsTooWide => $"has a cidr that is not inside {facts.Narrowest}, and {facts.Address} is {facts.Kind}",
        RuleMatch.NotResolved => "is about an address, and none is known yet",
        RuleMatch.Port => entry.Ports is null ? $"is about the scheme's own port, not {request.Port}" : $"is about other ports than {request.Port}",
        RuleMatch.Scheme => "is about another scheme",
        RuleMatch.Method => $"is about other methods than {request.Method}",
        _ => $"is about another path than {request.Path}",
    };
}
