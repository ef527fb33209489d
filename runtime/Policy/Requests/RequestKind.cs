namespace Tapedeck.Policy.Requests;

/// <summary>What a component asks its host for. Clocks and randomness are not here: they open nothing.</summary>
public enum RequestKind
{
    /// <summary>That of the default request, which nothing grants.</summary>
    None,

    /// <summary>An HTTP request, before its host is resolved.</summary>
    HttpRequest,

    /// <summary>The same, to one address.</summary>
    HttpConnect,
    DnsLookup,
    TcpConnect,

    /// <summary>A datagram, or connecting a UDP socket.</summary>
    UdpSend,

    /// <summary>A datagram from that address is shown to the guest.</summary>
    UdpReceive,
    TcpBind,
    UdpBind,
    TcpListen,
    EnvironmentRead,
    ConfigRead,

    /// <summary>Opening, creating, changing or removing something at a path. Also asked about the path that an open turned out to have.</summary>
    Open,
    Arguments,

    /// <summary>A standard stream of the host. The log of a call is none.</summary>
    Stdio,
}
