using System.Net;
using System.Net.Sockets;

namespace Tapedeck.Oci.Network;

/// <summary>
/// The blocks that are not public on any network, after <see href="https://www.iana.org/assignments/iana-ipv4-special-registry"/> and
/// <see href="https://www.iana.org/assignments/iana-ipv6-special-registry"/>. IPv6 that is not global unicast is not public.
/// RATIONALE.md, "Why does Oci know special addresses a second time?"
/// </summary>
internal static class SpecialRanges
{
    private static readonly SpecialRange[] V4 =
    [
        Closed("0.0.0.0/8", "unspecified"),
        Closed("169.254.0.0/16", "link-local"),
        Closed("224.0.0.0/4", "multicast"),
        Closed("255.255.255.255/32", "broadcast"),
        Closed("100.100.100.200/32", "a metadata service"),
        Closed("168.63.129.16/32", "a metadata service"),
        Closed("192.0.0.192/32", "a metadata service"),
        Private("127.0.0.0/8", "loopback"),
        Private("10.0.0.0/8", "private"),
        Private("172.16.0.0/12", "private"),
        Private("192.168.0.0/16", "private"),
        Private("100.64.0.0/10", "shared"),
        Private("192.0.0.0/24", "reserved for protocols"),
        Private("192.0.2.0/24", "documentation"),
        Private("198.51.100.0/24", "documentation"),
        Private("203.0.113.0/24", "documentation"),
        Private("192.88.99.0/24", "a 6to4 relay"),
        Private("198.18.0.0/15", "for benchmarks"),
        Private("240.0.0.0/4", "reserved"),
    ];

    private static readonly SpecialRange[] V6 =
    [
        Closed("::/128", "unspecified"),
        Closed("fe80::/10", "link-local"),
        Closed("ff00::/8", "multicast"),
        Closed("fd00:ec2::254/128", "a metadata service"),
        Closed("fd00:ec2::23/128", "a metadata service"),
        Closed("fd20:ce::254/128", "a metadata service"),
        Closed("fd00:c1::a9fe:a9fe/128", "a metadata service"),
        Closed("fd00:42::42/128", "a metadata service"),
        Private("::1/128", "loopback"),
        Private("fc00::/7", "unique-local"),
        Private("fec0::/10", "site-local"),
        Private("64:ff9b:1::/48", "a local NAT64"),
        Private("100::/64", "discarded"),
        Private("2001:2::/48", "for benchmarks"),
        Private("2001:10::/28", "an ORCHID"),
        Private("2001:20::/28", "an ORCHID"),
        Private("2001::/23", "reserved for protocols"),
        Private("2001:db8::/32", "documentation"),
        Private("3fff::/20", "documentation"),
        Private("5f00::/16", "for segment routing"),
    ];

    /// <summary>NAT64's well-known prefix lies outside of 2000::/3 and is as public as the address that it carries.</summary>
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");
    private static readonly SpecialRange[] NotGlobal = [.. V6, Private("::/0", "not global unicast")];

    internal static SpecialRange[] Of(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork ? V4
        : GlobalUnicast.Contains(address) || Nat64.Contains(address) ? V6
        : NotGlobal;

    private static SpecialRange Closed(string range, string name) => new(IPNetwork.Parse(range), name, OpensByHost: false);

    private static SpecialRange Private(string range, string name) => new(IPNetwork.Parse(range), name, OpensByHost: true);
}
