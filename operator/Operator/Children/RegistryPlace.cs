using Tapedeck.Manifest.Specs;
using Tapedeck.Policy.Network;

namespace Tapedeck.Operator.Children;

/// <summary>Where the registry of a tool is, for walls.</summary>
/// <param name="Name">Null where the spec has an address.</param>
/// <param name="Address">Null where it has a name.</param>
internal sealed record RegistryPlace(HostPattern? Name, AddressRange? Address, int Port)
{
    private const int HttpsPort = 443;
    private const int HttpPort = 80;

    internal static RegistryPlace Of(OciSource source)
    {
        var usual = source.PlainHttp ? HttpPort : HttpsPort;
        if (!Authority.TryParse(source.Registry, out var authority))
        {
            return new(null, null, usual);
        }
        var port = authority.Port ?? usual;
        return authority.IsAddress ? new(null, AddressRange.Of(authority.Address), port)
            : HostPattern.TryParse(authority.Name.Value, out var name, out _) ? new(name, null, port)
            : new(null, null, port);
    }
}
