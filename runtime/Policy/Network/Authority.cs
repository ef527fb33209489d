namespace Tapedeck.Policy.Network;

/// <summary>The host and port of a request: a name, or an address in any spelling that some program takes for one.</summary>
public readonly record struct Authority
{
    private const int MostCharacters = 1024;

    private Authority(HostName name, Address address, int? port)
    {
        Name = name;
        Address = address;
        Port = port;
    }

    /// <summary>No name where the host is an address.</summary>
    public HostName Name { get; }

    public Address Address { get; }

    /// <summary>Null where none is written.</summary>
    public int? Port { get; }

    public bool IsAddress => Name.IsNone;

    /// <summary>Reads <c>host</c> or <c>host:port</c>. User names, zones, percent-encoding and an empty port are refused.</summary>
    public static bool TryParse(string text, out Authority authority)
    {
        authority = default;
        if (text.Length is 0 or > MostCharacters)
        {
            return false;
        }
        var end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : HostEnd(text);
        if (end == 0 || !TryParsePort(text.AsSpan(end), out var port))
        {
            return false;
        }
        if (text[0] == '[')
        {
            var isV6 = Address.TryParse(text.AsSpan(1, end - 2), out var address) && address.IsV6;
            authority = new Authority(default, address, port);
            return isV6;
        }
        return TryParseHost(end == text.Length ? text : text[..end], port, out authority);
    }

    private static bool TryParseHost(string host, int? port, out Authority authority)
    {
        var bare = host.EndsWith('.') ? host.AsSpan(0, host.Length - 1) : host;
        if (IPv4Text.EndsInNumber(bare))
        {
            var isV4 = IPv4Text.TryParseLoose(bare, out var address);
            authority = new Authority(default, Address.V4(address), port);
            return isV4;
        }
        var isName = HostName.TryParse(host, out var name);
        authority = new Authority(name, default, port);
        return isName;
    }

    private static int HostEnd(string text) => text.IndexOf(':', StringComparison.Ordinal) is var colon && colon < 0 ? text.Length : colon;

    private static bool TryParsePort(ReadOnlySpan<char> text, out int? port)
    {
        port = null;
        if (text.IsEmpty)
        {
            return true;
        }
        if (text[0] != ':' || text.Length is < 2 or > 6 || text[1..].ContainsAnyExceptInRange('0', '9')
            || int.Parse(text[1..]) is not (> 0 and <= ushort.MaxValue and var number))
        {
            return false;
        }
        port = number;
        return true;
    }
}
