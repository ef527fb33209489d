using Tapedeck.Policy.Network;

namespace Tapedeck.Policy.Requests;

/// <summary>
/// One thing that a component asks its host for. Made from what the guest passed, as it passed it: a text that cannot be understood makes a
/// request that is denied. Whoever acts on an allowed request uses the values in it, not the guest's text.
/// </summary>
public readonly record struct HostRequest
{
    private HostRequest(RequestKind kind)
    {
        Kind = kind;
        Method = Key = Preopen = File = "";
    }

    public RequestKind Kind { get; }

    /// <summary>What is wrong with the guest's text; null where nothing is.</summary>
    public string? Malformed { get; private init; }

    /// <summary>The host of an HTTP request or look-up; none where it is an address.</summary>
    public HostName Host { get; private init; }

    /// <summary>The address that is connected to, or that a request names as its host.</summary>
    public Address? Address { get; private init; }

    /// <summary>The port, that of the scheme where none is written.</summary>
    public int Port { get; private init; }

    public HttpSchemes Scheme { get; private init; }

    public string Method { get; private init; }

    public HttpPath Path { get; private init; }

    /// <summary>The names by which this call looked up <see cref="Address"/>. Names that other calls looked up do not count.</summary>
    public ReadOnlyMemory<HostName> Names { get; private init; }

    /// <summary>A key of the environment or configuration, or which standard stream.</summary>
    public string Key { get; private init; }

    /// <summary>The guest's path of the preopen.</summary>
    public string Preopen { get; private init; }

    /// <summary>The path relative to the preopen; empty or <c>.</c> is the preopen itself.</summary>
    public string File { get; private init; }

    public StorageUse Use { get; private init; }

    /// <summary>True where <see cref="File"/> is a directory, or is to become one.</summary>
    public bool IsDirectory { get; private init; }

    /// <param name="scheme"><c>http</c> or <c>https</c>, in any case.</param>
    /// <param name="authority">The host, and a port where it is not the scheme's.</param>
    public static HostRequest Http(string method, string scheme, string authority, string pathWithQuery)
    {
        var request = new HostRequest(RequestKind.HttpRequest) { Method = method, Scheme = SchemeOf(scheme) };
        if (!HttpMethods.IsToken(method))
        {
            return request with { Malformed = "the method is not a token" };
        }
        if (request.Scheme == HttpSchemes.None)
        {
            return request with { Malformed = "the scheme is neither http nor https" };
        }
        if (!Authority.TryParse(authority, out var host))
        {
            return request with { Malformed = "the authority is not a host with an optional port" };
        }
        if (!HttpPath.TryParse(pathWithQuery, out var path))
        {
            return request with { Malformed = "the path is not a percent-encoded path that begins with /" };
        }
        return request with
        {
            Host = host.Name,
            Address = host.IsAddress ? host.Address : null,
            Port = host.Port ?? DefaultPort(request.Scheme),
            Path = path,
        };
    }

    /// <summary>This HTTP request to one of the addresses that its host has, or to the address that is its host.</summary>
    public HostRequest To(Address address) => new(RequestKind.HttpConnect)
    {
        Malformed = Malformed,
        Host = Host,
        Address = address,
        Port = Port,
        Scheme = Scheme,
        Method = Method,
        Path = Path,
    };

    public static HostRequest Dns(string name) => HostName.TryParse(name, out var host)
        ? new(RequestKind.DnsLookup) { Host = host }
        : new(RequestKind.DnsLookup) { Malformed = "the name is not a host name" };

    public static HostRequest TcpConnect(Address address, int port, ReadOnlyMemory<HostName> names) =>
        Socket(RequestKind.TcpConnect, address, port, names);

    public static HostRequest UdpSend(Address address, int port, ReadOnlyMemory<HostName> names) =>
        Socket(RequestKind.UdpSend, address, port, names);

    public static HostRequest UdpReceive(Address address, int port, ReadOnlyMemory<HostName> names) =>
        Socket(RequestKind.UdpReceive, address, port, names);

    public static HostRequest TcpBind(Address address, int port) => Socket(RequestKind.TcpBind, address, port, default);

    public static HostRequest UdpBind(Address address, int port) => Socket(RequestKind.UdpBind, address, port, default);

    public static HostRequest TcpListen() => new(RequestKind.TcpListen);

    public static HostRequest Environment(string key) => new(RequestKind.EnvironmentRead) { Key = key };

    public static HostRequest Config(string key) => new(RequestKind.ConfigRead) { Key = key };

    public static HostRequest Open(string preopen, string file, StorageUse use, bool isDirectory) =>
        new(RequestKind.Open) { Preopen = preopen, File = file, Use = use, IsDirectory = isDirectory };

    public static HostRequest Arguments() => new(RequestKind.Arguments);

    /// <param name="stream"><c>stdin</c>, <c>stdout</c> or <c>stderr</c>.</param>
    public static HostRequest Stdio(string stream) => new(RequestKind.Stdio) { Key = stream };

    private static HostRequest Socket(RequestKind kind, Address address, int port, ReadOnlyMemory<HostName> names) =>
        new(kind) { Address = address, Port = port, Names = names };

    internal static int DefaultPort(HttpSchemes scheme) => scheme == HttpSchemes.Https ? 443 : 80;

    private static HttpSchemes SchemeOf(string scheme) =>
        scheme.Equals("https", StringComparison.OrdinalIgnoreCase) ? HttpSchemes.Https
        : scheme.Equals("http", StringComparison.OrdinalIgnoreCase) ? HttpSchemes.Http
        : HttpSchemes.None;

    /// <summary>The name of the capability in events and metrics, such as <c>network.http</c>.</summary>
    public string Capability => RequestText.Capability(this);

    /// <summary>One line for people: no query, no value.</summary>
    public override string ToString() => RequestText.Of(this);
}
