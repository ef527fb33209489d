using Tapedeck.Policy.Network;
using Tapedeck.Policy.Requests;

namespace Tapedeck.Policy.Checks;

/// <summary>Raw sockets. Only rules with <c>protocol: tcp</c> or <c>udp</c> allow them, whatever HTTP rules allow.</summary>
internal static class Sockets
{
    internal static readonly NamedCheck[] Checks =
    [
        new("is there a port?", PortIsGiven),
        NetworkChecks.AddressMayBeGranted,
        NetworkChecks.CeilingDenies,
        NetworkChecks.PolicyDenies,
        NetworkChecks.RuleAllows,
    ];

    /// <summary>A socket that is going to connect or send is bound to any address and any port; a server's is not.</summary>
    internal static readonly NamedCheck[] BindChecks =
    [
        new("is it a client's socket?", IsWildcard),
        new("does a rule allow its protocol?", ProtocolIsGranted),
    ];

    private static readonly Address AnyV6 = Address.V6(0);

    private static Finding? PortIsGiven(in HostRequest request, Grants grants) =>
        request.Port is > 0 and <= ushort.MaxValue ? null : Finding.Malformed("the port is not from 1 to 65535");

    private static Finding? IsWildcard(in HostRequest request, Grants grants) =>
        request.Port == 0 && (request.Address == default(Address) || request.Address == AnyV6)
            ? null
            : Finding.Never("a socket can be bound to any address and port 0 only: nothing can grant a server");

    private static Finding? ProtocolIsGranted(in HostRequest request, Grants grants)
    {
        var protocol = request.Kind == RequestKind.TcpBind ? NetworkProtocol.Tcp : NetworkProtocol.Udp;
        foreach (var rule in grants.Allow.All)
        {
            if (rule.Entry.Protocol == protocol)
            {
                return Finding.Granted(rule.Reference);
            }
        }
        return null;
    }
}
