namespace Tapedeck.Policy.Network;

/// <summary>
/// The blocks that are not public on any network, after <see href="https://www.iana.org/assignments/iana-ipv4-special-registry"/> and
/// <see href="https://www.iana.org/assignments/iana-ipv6-special-registry"/>. What is neither global unicast nor listed is private: a block
/// that is allotted later stays closed until someone names it.
/// </summary>
internal static class SpecialRanges
{
    internal static readonly SpecialRange[] V4 =
    [
        Never("0.0.0.0/8", "unspecified"),
        Never("127.0.0.0/8", "loopback"),
        Never("169.254.0.0/16", "link-local"),
        Never("224.0.0.0/4", "multicast"),
        Never("255.255.255.255/32", "broadcast"),
        // Metadata services outside of link-local: Alibaba, Azure, Oracle.
        Never("100.100.100.200/32", "a metadata service"),
        Never("168.63.129.16/32", "a metadata service"),
        Never("192.0.0.192/32", "a metadata service"),
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

    internal static readonly SpecialRange[] V6 =
    [
        Never("::/128", "unspecified"),
        Never("::1/128", "loopback"),
        Never("fe80::/10", "link-local"),
        Never("ff00::/8", "multicast"),
        // Metadata services on unique-local addresses: AWS, Google, Oracle, Scaleway.
        Never("fd00:ec2::254/128", "a metadata service"),
        Never("fd00:ec2::23/128", "a metadata service"),
        Never("fd20:ce::254/128", "a metadata service"),
        Never("fd00:c1::a9fe:a9fe/128", "a metadata service"),
        Never("fd00:42::42/128", "a metadata service"),
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
        Private("::/3", "not global unicast"),
        Private("4000::/2", "not global unicast"),
        Private("8000::/1", "not global unicast"),
    ];

    /// <summary>What a block is that lies wholly where nothing is grantable; null for each other block.</summary>
    internal static string? NeverGrantable(AddressRange range)
    {
        foreach (var special in Of(range.Network))
        {
            if (special.Class == AddressClass.NeverGrantable && special.Range.Contains(range))
            {
                return $"{range} ({special.Name})";
            }
        }
        return null;
    }

    internal static ReadOnlySpan<SpecialRange> Of(in Address address) => address.IsV6 ? V6 : V4;

    private static SpecialRange Never(string range, string name) => new(AddressRange.Parse(range), AddressClass.NeverGrantable, name);

    private static SpecialRange Private(string range, string name) => new(AddressRange.Parse(range), AddressClass.Private, name);
}
