using System.Text;
using Tapedeck.Policy.Checks;
using Tapedeck.Policy.Matching;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Requests;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy;

/// <summary>Why a request was answered as it was: every check and every rule that was considered, in order, as text for people.</summary>
public static class Explain
{
    private const int MostRules = 50;

    public static string Why(in HostRequest request, Grants grants)
    {
        var text = new StringBuilder();
        text.Append($"{request}: {grants.Decide(request)}\n");
        text.Append($"generation {grants.Generation}, mode {grants.Mode}, policies: {string.Join(", ", grants.Policies.DefaultIfEmpty("none"))}\n");
        foreach (var problem in grants.Problems)
        {
            text.Append($"not in order, so nothing new is granted: {problem}\n");
        }
        foreach (var conflict in grants.Conflicts)
        {
            text.Append($"in conflict: {conflict}\n");
        }
        AppendChecks(text, request, grants);
        return text.ToString();
    }

    private static void AppendChecks(StringBuilder text, in HostRequest request, Grants grants)
    {
        foreach (var check in CheckLists.Of(request.Kind))
        {
            var finding = check.Run(request, grants);
            text.Append($"{check.Question} {Answer(finding)}\n");
            if (RulesOf(check, grants) is { } rules)
            {
                AppendRules(text, rules, request, NetworkChecks.Facts(request, grants));
            }
            if (finding is not null)
            {
                return;
            }
        }
    }

    private static string Answer(Finding? finding) => finding is not { } found ? "nothing to say"
        : found.Reason == DecisionReason.Granted ? $"yes: {found.Rule}"
        : $"{found.Reason}: {found.Message}";

    private static NetworkRules? RulesOf(NamedCheck check, Grants grants) =>
        check == NetworkChecks.CeilingDenies ? grants.Ceiling
        : check == NetworkChecks.PolicyDenies ? grants.Deny
        : check == NetworkChecks.RuleAllows ? grants.Allow
        : null;

    private static void AppendRules(StringBuilder text, NetworkRules rules, in HostRequest request, in AddressFacts facts)
    {
        foreach (var rule in rules.All.AsSpan()[..Math.Min(rules.All.Length, MostRules)])
        {
            text.Append($"  {rule.Reference} ({rule.Entry}): {Words(rules.Match(rule.Entry, request, facts), rule.Entry, request, facts)}\n");
        }
        if (rules.All.Length > MostRules)
        {
            text.Append($"  and {rules.All.Length - MostRules} more\n");
        }
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
