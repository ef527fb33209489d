using Tapedeck.Policy.Network;

namespace Tapedeck.Policy.Requests;

/// <summary>Requests in words.</summary>
internal static class RequestText
{
    private const int MostCharacters = 200;

    internal static string Of(in HostRequest request) => Printable(request.Kind switch
    {
        RequestKind.HttpRequest => request.Malformed is null ? $"{request.Method} {Url(request)}" : "an HTTP request",
        RequestKind.HttpConnect => request.Malformed is null ? $"{request.Method} {Url(request)} at {request.Address}" : "an HTTP request",
        RequestKind.DnsLookup => request.Host.IsNone ? "a look-up" : $"look-up of {request.Host}",
        RequestKind.TcpConnect => $"TCP to {Endpoint(request)}",
        RequestKind.UdpSend => $"UDP to {Endpoint(request)}",
        RequestKind.UdpReceive => $"UDP from {Endpoint(request)}",
        RequestKind.TcpBind => $"binding TCP to {Endpoint(request)}",
        RequestKind.UdpBind => $"binding UDP to {Endpoint(request)}",
        RequestKind.TcpListen => "listening on TCP",
        RequestKind.EnvironmentRead => $"environment variable {request.Key}",
        RequestKind.ConfigRead => $"config key {request.Key}",
        RequestKind.Open => $"{request.Use.ToString().ToLowerInvariant()} of {request.Preopen}{(request.File.Length == 0 ? "" : "/")}{request.File}",
        RequestKind.Arguments => "the host's arguments",
        _ => $"the host's {request.Key}",
    });

    /// <summary>The name of the capability in events and metrics.</summary>
    internal static string Capability(in HostRequest request) => request.Kind switch
    {
        RequestKind.HttpRequest or RequestKind.HttpConnect => "network.http",
        RequestKind.DnsLookup => "network.dns",
        RequestKind.TcpConnect or RequestKind.TcpBind or RequestKind.TcpListen => "network.tcp",
        RequestKind.UdpSend or RequestKind.UdpReceive or RequestKind.UdpBind => "network.udp",
        RequestKind.EnvironmentRead => "environment",
        RequestKind.ConfigRead => "config",
        RequestKind.Open => request.Use == StorageUse.Read ? "storage.read" : "storage.write",
        RequestKind.Arguments => "arguments",
        _ => "stdio",
    };

    /// <summary>Guests choose these texts: short, and without characters that move a terminal's cursor.</summary>
    private static string Printable(string text)
    {
        var cut = text.Length <= MostCharacters ? text : text[..MostCharacters] + "...";
        return string.Create(cut.Length, cut, static (span, text) =>
        {
            for (var index = 0; index < span.Length; index++)
            {
                span[index] = char.IsBetween(text[index], ' ', '~') || char.IsLetterOrDigit(text[index]) ? text[index] : '?';
            }
        });
    }

    private static string Url(in HostRequest request)
    {
        var scheme = request.Scheme == HttpSchemes.Https ? "https" : "http";
        var host = request.Host.IsNone ? request.Address is { IsV6: true } ? $"[{request.Address}]" : $"{request.Address}" : request.Host.Value;
        var port = request.Port == HostRequest.DefaultPort(request.Scheme) ? "" : $":{request.Port}";
        return $"{scheme}://{host}{port}{request.Path}";
    }

    private static string Endpoint(in HostRequest request) =>
        request.Address is { IsV6: true } ? $"[{request.Address}]:{request.Port}" : $"{request.Address}:{request.Port}";
}
