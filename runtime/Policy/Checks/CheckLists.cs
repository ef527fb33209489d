using Tapedeck.Policy.Requests;

namespace Tapedeck.Policy.Checks;

/// <summary>Which checks a request passes, in order. A request that none of them decides is one that no rule allows.</summary>
internal static class CheckLists
{
    internal static ReadOnlySpan<NamedCheck> Of(RequestKind kind) => kind switch
    {
        RequestKind.HttpRequest or RequestKind.HttpConnect => Http.Checks,
        RequestKind.DnsLookup => Names.Checks,
        RequestKind.TcpConnect or RequestKind.UdpSend or RequestKind.UdpReceive => Sockets.Checks,
        RequestKind.TcpBind or RequestKind.UdpBind => Sockets.BindChecks,
        RequestKind.EnvironmentRead => Environment.Checks,
        RequestKind.ConfigRead => Config.Checks,
        RequestKind.Open => Filesystem.Checks,
        _ => Closed.Checks,
    };
}
