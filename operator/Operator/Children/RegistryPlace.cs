using System.Collections.Immutable;
using Tapedeck.Manifest.Specs;
using Tapedeck.Policy.Network;

namespace Tapedeck.Operator.Children;

/// <summary>Where a tool's component is pulled from, for walls: its registry, and what the installer names for that, mirrors and token servers.</summary>
/// <param name="Names">Of those that have one.</param>
/// <param name="Addresses">Of those that are named by their address.</param>
/// <param name="Ports">Of all of them, and that of HTTPS, where registries send those who pull; in their order.</param>
internal sealed record RegistryPlace(ImmutableArray<HostPattern> Names, ImmutableArray<AddressRange> Addresses, ImmutableArray<int> Ports)
{
    private const int HttpsPort = 443;
    private const int HttpPort = 80;

    internal static RegistryPlace Of(OciSource source, Settings settings)
    {
        var others = settings.Mirrors.Concat(settings.TokenHosts).Where(each => each.Registry == source.Registry).Select(each => (Text: each.Host, Usual: HttpsPort));
        var names = new List<HostPattern>();
        var addresses = new List<AddressRange>();
        SortedSet<int> ports = [HttpsPort];
        foreach (var (text, usual) in others.Prepend((source.ApiHost, source.PlainHttp ? HttpPort : HttpsPort)))
        {
            var isKnown = Authority.TryParse(text, out var authority);
            ports.Add(isKnown && authority.Port is { } port ? port : usual);
            if (isKnown && authority.IsAddress)
            {
                addresses.Add(AddressRange.Of(authority.Address));
            }
            else if (isKnown && HostPattern.TryParse(authority.Name.Value, out var name, out _))
            {
                names.Add(name);
            }
        }
        return new([.. names], [.. addresses], [.. ports]);
    }
}
