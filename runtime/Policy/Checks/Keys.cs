using System.Collections.Immutable;
using Tapedeck.Policy.Matching;
using Tapedeck.Policy.Requests;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Checks;

/// <summary>What the environment and the configuration share.</summary>
internal static class Keys
{
    internal static Finding? Denied(ImmutableArray<Rule<KeyPattern>> rules, in HostRequest request)
    {
        foreach (var rule in rules)
        {
            if (rule.Entry.Matches(request.Key))
            {
                return Finding.Denied(request, rule.Reference);
            }
        }
        return null;
    }

    internal static Finding? Allowed(KeyRules rules, in HostRequest request) =>
        rules.Find(request.Key) is { } rule ? Finding.Granted(rule.Reference) : null;
}
