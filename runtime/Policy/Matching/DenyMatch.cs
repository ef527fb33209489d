using System.Collections.Immutable;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Requests;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Matching;

/// <summary>Does an entry of <c>network.deny</c> forbid a request? In doubt it does.</summary>
internal static class DenyMatch
{
    internal static RuleMatch Of(NetworkEntry entry, in HostRequest request, in AddressFacts facts)
    {
        if (request.Kind == RequestKind.DnsLookup)
        {
            return DnsMatch(entry, request);
        }
        if (entry.Protocol is { } protocol && protocol != AllowMatch.ProtocolOf(request))
        {
            return RuleMatch.Protocol;
        }
        if (entry.Host is not null && !AllowMatch.AnyNameMatches(entry.Host, request))
        {
            return RuleMatch.Host;
        }
        if (entry.Cidr is { } cidr)
        {
            if (request.Address is null)
            {
                return RuleMatch.NotResolved;
            }
            if (!facts.IsTouchedBy(cidr))
            {
                return RuleMatch.Address;
            }
        }
        // What a raw socket carries is not seen, so what the entry says about HTTP is taken to hold for it.
        return entry.Ports?.Contains(request.Port) == false ? RuleMatch.Port
            : AllowMatch.IsHttp(request) ? HttpMatch(entry, request)
            : RuleMatch.Matches;
    }

    /// <summary>Only an entry about everything that a name has to offer forbids its look-up.</summary>
    private static RuleMatch DnsMatch(NetworkEntry entry, in HostRequest request) =>
        entry.Host?.Matches(request.Host) != true ? RuleMatch.Host
        : entry.Protocol is not null ? RuleMatch.Protocol
        : entry.Cidr is not null ? RuleMatch.NotResolved
        : entry.Ports is not null ? RuleMatch.Port
        : entry.IsAboutHttp ? RuleMatch.Protocol
        : RuleMatch.Matches;

    /// <summary>Some servers and clients ignore the case of methods.</summary>
    private static RuleMatch HttpMatch(NetworkEntry entry, in HostRequest request) =>
        entry.Schemes != HttpSchemes.None && (entry.Schemes & request.Scheme) == 0 ? RuleMatch.Scheme
        : !entry.Methods.IsEmpty && !ContainsIgnoringCase(entry.Methods, request.Method) ? RuleMatch.Method
        : entry.PathPrefix?.Touches(request.Path) == false ? RuleMatch.Path
        : RuleMatch.Matches;

    private static bool ContainsIgnoringCase(ImmutableArray<string> methods, string method)
    {
        foreach (var each in methods)
        {
            if (each.Equals(method, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }
        return false;
    }
}
