using Tapedeck.Policy.Network;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Wassette;

/// <summary>A host as Wassette's policies write it: a name, a wildcard, a name with a port, an address, or a whole URL.</summary>
/// <param name="Entry">What its author meant; null where it cannot be understood.</param>
/// <param name="InWassette">What Wassette makes of it.</param>
internal sealed record WassetteHost(NetworkEntry? Entry, string InWassette)
{
    internal static WassetteHost Parse(string text)
    {
        var separator = text.IndexOf("://", StringComparison.Ordinal);
        return separator >= 0 ? OfUrl(text[..separator], text[(separator + 3)..])
            : text.StartsWith("*.", StringComparison.Ordinal) ? OfName(text, "a wildcard: accepted, compared by its letters, never matched anything")
            : text.Contains(':', StringComparison.Ordinal) ? OfAuthority(text, "read as a scheme and a path: never matched anything")
            : OfAuthority(text, "enforced for HTTP, on every port and scheme; any grant of the network opened look-ups of every name");
    }

    private static WassetteHost OfUrl(string scheme, string rest)
    {
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (authority, path) = slash < 0 ? (rest, "/") : (rest[..slash], rest[slash..]);
        var hasPath = path.Length > 1;
        var host = OfAuthority(authority, hasPath ? "host and scheme enforced; port and path passed over" : "host and scheme enforced; the port passed over");
        var schemes = scheme switch
        {
            "https" => HttpSchemes.Https,
            "http" => HttpSchemes.Http,
            _ => HttpSchemes.None,
        };
        if (schemes == HttpSchemes.None || host.Entry is null || (hasPath && !PathPrefix.TryParse(path, out _, out _)))
        {
            return host with { Entry = null };
        }
        return host with { Entry = host.Entry with { Schemes = schemes, PathPrefix = hasPath && PathPrefix.TryParse(path, out var prefix, out _) ? prefix : null } };
    }

    private static WassetteHost OfName(string text, string inWassette) =>
        new(HostPattern.TryParse(text, out var pattern, out _) ? new NetworkEntry { Host = pattern } : null, inWassette);

    private static WassetteHost OfAuthority(string text, string inWassette)
    {
        if (!Authority.TryParse(text, out var authority))
        {
            return new WassetteHost(null, inWassette);
        }
        var entry = authority.IsAddress
            ? new NetworkEntry { Cidr = AddressRange.Of(authority.Address.Canonical) }
            : HostPattern.TryParse(authority.Name.Value, out var pattern, out _) ? new NetworkEntry { Host = pattern } : null;
        return new WassetteHost(
            authority.Port is { } port && entry is not null ? entry with { Ports = PortSet.Of([new PortRange(port, port)]) } : entry, inWassette);
    }
}
