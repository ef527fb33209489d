using Tapedeck.Policy.Network;
using Tapedeck.Policy.Requests;

namespace Tapedeck.Policy.Tests;

/// <summary>
/// Requests from one line: <c>GET https://host/path</c>, the same with <c>@ ADDRESS</c> once it is resolved, <c>DNS name</c>,
/// <c>TCP address port as name,name</c>, <c>UDP ...</c>, <c>UDPFROM ...</c>.
/// </summary>
internal static class Requests
{
    internal static HostRequest Of(string line)
    {
        var words = line.Split(' ');
        return words[0] switch
        {
            "DNS" => HostRequest.Dns(words[1]),
            "TCP" => HostRequest.TcpConnect(AddressOf(words[1]), int.Parse(words[2]), Names(words)),
            "UDP" => HostRequest.UdpSend(AddressOf(words[1]), int.Parse(words[2]), Names(words)),
            "UDPFROM" => HostRequest.UdpReceive(AddressOf(words[1]), int.Parse(words[2]), Names(words)),
            _ => Http(words),
        };
    }

    private static HostRequest Http(string[] words)
    {
        var url = words[1];
        var scheme = url[..url.IndexOf("://", StringComparison.Ordinal)];
        var rest = url[(scheme.Length + 3)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var request = HostRequest.Http(words[0], scheme, slash < 0 ? rest : rest[..slash], slash < 0 ? "" : rest[slash..]);
        return words.Length > 3 ? request.To(AddressOf(words[3])) : request;
    }

    internal static Address AddressOf(string text) =>
        Address.TryParse(text, out var address) ? address : throw new ArgumentException(text, nameof(text));

    private static HostName[] Names(string[] words) => words.Length < 5 ? [] : [.. words[4].Split(',').Select(NameOf)];

    internal static HostName NameOf(string text) =>
        HostName.TryParse(text, out var name) ? name : throw new ArgumentException(text, nameof(text));
}
