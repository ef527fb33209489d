using Tapedeck.Policy.Network;
using Tapedeck.Policy.Requests;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Matching;

/// <summary>Does an entry of <c>network.allow</c> grant a request? In doubt it does not.</summary>
internal static class AllowMatch
{
    internal static RuleMatch Of(NetworkEntry entry, in HostRequest request, in AddressFacts facts)
    {
        if (request.Kind == RequestKind.DnsLookup)
        {
            // The rule that names a host grants its look-up, whatever the rule is about.
            return entry.Host?.Matches(request.Host) == true ? RuleMatch.Matches : RuleMatch.Host;
        }
        if ((entry.Protocol ?? NetworkProtocol.Http) != ProtocolOf(request))
        {
            return RuleMatch.Protocol;
        }
        if (!HostMatches(entry, request))
        {
            return RuleMatch.Host;
        }
        var address = request.Address is null ? RuleMatch.Matches : AddressMatch(entry, facts);
        return address != RuleMatch.Matches ? address
            : !PortMatches(entry, request) ? RuleMatch.Port
            : IsHttp(request) ? HttpMatch(entry, request)
            : RuleMatch.Matches;
    }

    internal static NetworkProtocol ProtocolOf(in HostRequest request) => request.Kind switch
    {
        RequestKind.HttpRequest or RequestKind.HttpConnect => NetworkProtocol.Http,
        RequestKind.TcpConnect => NetworkProtocol.Tcp,
        _ => NetworkProtocol.Udp,
    };

    internal static bool IsHttp(in HostRequest request) => request.Kind is RequestKind.HttpRequest or RequestKind.HttpConnect;

    internal static bool AnyNameMatches(HostPattern pattern, in HostRequest request)
    {
        if (pattern.Matches(request.Host))
        {
            return true;
        }
        foreach (var name in request.Names.Span)
        {
            if (pattern.Matches(name))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Without a name in the rule no name is resolved for it.</summary>
    private static bool HostMatches(NetworkEntry entry, in HostRequest request) =>
        entry.Host is null ? request.Address is not null : AnyNameMatches(entry.Host, request);

    private static RuleMatch AddressMatch(NetworkEntry entry, in AddressFacts facts)
    {
        if (facts.Class == AddressClass.NeverGrantable)
        {
            return RuleMatch.Address;
        }
        if (entry.Cidr is not { } cidr)
        {
            return facts.Class == AddressClass.Public ? RuleMatch.Matches : RuleMatch.NeedsCidr;
        }
        return !facts.IsInside(cidr) ? RuleMatch.Address
            : facts.Class == AddressClass.Private && !facts.IsOpenedBy(cidr) ? RuleMatch.CidrIsTooWide
            : RuleMatch.Matches;
    }

    private static bool PortMatches(NetworkEntry entry, in HostRequest request) =>
        entry.Ports?.Contains(request.Port) ?? (IsHttp(request) && request.Port == HostRequest.DefaultPort(request.Scheme));

    private static RuleMatch HttpMatch(NetworkEntry entry, in HostRequest request) =>
        entry.Schemes != HttpSchemes.None && (entry.Schemes & request.Scheme) == 0 ? RuleMatch.Scheme
        : !entry.Methods.IsEmpty && !entry.Methods.Contains(request.Method) ? RuleMatch.Method
        : entry.PathPrefix?.Contains(request.Path) == false ? RuleMatch.Path
        : RuleMatch.Matches;
}
