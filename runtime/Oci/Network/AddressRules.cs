using System.Collections.Immutable;
using System.Net;

namespace Tapedeck.Oci.Network;

/// <summary>
/// Which addresses a pull may connect to. Public ones always; private, shared and loopback ones where the installer names the host or a block;
/// link-local, metadata, multicast and unspecified ones only where the installer names a block that lies inside of them, so that a name that the
/// installer trusts cannot be pointed there. A reference, a redirect and a token server are all strangers here: only the installer makes exceptions.
/// </summary>
/// <param name="allowedHosts">Host names without ports, compared in lower case; an address is named as the address itself.</param>
/// <param name="allowedRanges">Blocks such as <c>10.0.0.0/8</c>. <c>0.0.0.0/0</c> opens private addresses, not metadata services.</param>
public sealed class AddressRules(IEnumerable<string> allowedHosts, IEnumerable<IPNetwork> allowedRanges)
{
    private readonly ImmutableHashSet<string> _hosts = [.. allowedHosts.Select(host => host.ToLowerInvariant())];
    private readonly ImmutableArray<IPNetwork> _ranges = [.. allowedRanges];

    /// <summary>No exceptions.</summary>
    public static AddressRules PublicOnly { get; } = new([], []);

    /// <summary>Why a connection to <paramref name="address"/>, found under <paramref name="host"/>, is refused; null where it is not.</summary>
    public string? Refusal(string host, IPAddress address)
    {
        foreach (var carried in EmbeddedAddresses.Of(address))
        {
            foreach (var special in SpecialRanges.Of(carried))
            {
                if (special.Range.Contains(carried) && !IsOpened(special, host, carried))
                {
                    return special.Name;
                }
            }
        }
        return null;
    }

    private bool IsOpened(SpecialRange special, string host, IPAddress address) =>
        (special.OpensByHost && _hosts.Contains(host.ToLowerInvariant()))
        || _ranges.Any(range => range.Contains(address) && (special.OpensByHost || IsInside(range, special.Range)));

    private static bool IsInside(IPNetwork inner, IPNetwork outer) =>
        inner.PrefixLength >= outer.PrefixLength && outer.Contains(inner.BaseAddress);
}
