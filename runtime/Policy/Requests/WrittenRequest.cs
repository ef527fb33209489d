using Tapedeck.Policy.Network;

namespace Tapedeck.Policy.Requests;

/// <summary>Requests as people write them, to be told what would become of them.</summary>
public static class WrittenRequest
{
    public const string Help =
        "A request: 'GET https://host/path', 'GET https://host/path at ADDRESS', 'dns HOST', 'tcp ADDRESS PORT', 'udp ADDRESS PORT', 'read PREOPEN FILE', "
        + "'write PREOPEN FILE', 'env KEY', 'config KEY', 'args' or 'stdio STREAM'.";

    public static bool TryParse(string text, out HostRequest request, out string problem)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        problem = $"'{text}' is no request. {Help}";
        var parsed = words switch
        {
            ["dns", var host] => HostRequest.Dns(host),
            ["env", var key] => HostRequest.Environment(key),
            ["config", var key] => HostRequest.Config(key),
            ["args"] => HostRequest.Arguments(),
            ["stdio", var stream] => HostRequest.Stdio(stream),
            ["read", var preopen, .. var file] when file.Length < 2 => HostRequest.Open(preopen, file.FirstOrDefault() ?? "", StorageUse.Read, file.Length == 0),
            ["write", var preopen, .. var file] when file.Length < 2 => HostRequest.Open(preopen, file.FirstOrDefault() ?? "", StorageUse.Write, file.Length == 0),
            ["tcp", var address, var port] when IsEndpoint(address, port, out var to, out var number) => HostRequest.TcpConnect(to, number, default),
            ["udp", var address, var port] when IsEndpoint(address, port, out var to, out var number) => HostRequest.UdpSend(to, number, default),
            [var method, var url] => Http(method, url),
            [var method, var url, "at", var address] when Address.TryParse(address, out var to) => Http(method, url)?.To(to),
            _ => (HostRequest?)null,
        };
        request = parsed ?? default;
        return parsed is not null;
    }

    private static bool IsEndpoint(string address, string port, out Address to, out int number)
    {
        number = 0;
        return Address.TryParse(address, out to) && int.TryParse(port, out number);
    }

    // Not by Uri, which would put in order what the gate has to see as the guest wrote it.
    private static HostRequest? Http(string method, string url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return null;
        }
        var rest = url[(scheme + 3)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return HostRequest.Http(method, url[..scheme], slash < 0 ? rest : rest[..slash], slash < 0 ? "/" : rest[slash..]);
    }
}
