using Tapedeck.Policy.Network;
using Xunit;

namespace Tapedeck.Policy.Tests.Checks;

/// <summary>The truth table of addresses: what a name may resolve to, and what a host may be.</summary>
public sealed class AddressTests
{
    private const string Policy = """
        network:
          allow:
          - {host: api.example.com}
          - {host: corp.example.com, cidr: 10.1.0.0/16}
          - {host: "*.pinned.example", cidr: 93.184.216.0/24}
          - {cidr: 0.0.0.0/0, ports: [80, 443]}
          - {cidr: 10.20.0.0/16}
          - {cidr: 100.64.7.0/24}
          - {cidr: fd12:3456::/32}
          - {cidr: 2606:4700::/32}
          - {cidr: 10.96.0.0/16}
          - {cidr: "::/0", ports: [8443]}
          deny:
          - {cidr: 198.41.0.0/24}
        """;

    private static readonly Grants Grants = Policies.GrantsUnder(
        new AddressPlan(
            [AddressRange.Parse("10.20.128.0/17"), AddressRange.Parse("10.96.0.0/16"), AddressRange.Parse("203.0.112.0/24")],
            [Requests.AddressOf("10.20.0.9"), Requests.AddressOf("fd12:3456::9")],
            [AddressRange.Parse("192.88.100.0/24")]),
        Policy);

    [Theory]
    [InlineData("a name that resolves to a public address", "https://api.example.com/ @ 93.184.216.34", "Granted")]
    [InlineData("a name that resolves to a public IPv6 address", "https://api.example.com/ @ 2606:2800:220:1::1", "Granted")]
    [InlineData("rebinding to loopback", "https://api.example.com/ @ 127.0.0.1", "NeverGrantable")]
    [InlineData("rebinding to another loopback address", "https://api.example.com/ @ 127.8.9.10", "NeverGrantable")]
    [InlineData("rebinding to IPv6 loopback", "https://api.example.com/ @ ::1", "NeverGrantable")]
    [InlineData("rebinding to the metadata service", "https://api.example.com/ @ 169.254.169.254", "NeverGrantable")]
    [InlineData("rebinding to link-local", "https://api.example.com/ @ 169.254.1.1", "NeverGrantable")]
    [InlineData("rebinding to IPv6 link-local", "https://api.example.com/ @ fe80::1", "NeverGrantable")]
    [InlineData("rebinding to a private address", "https://api.example.com/ @ 10.0.0.1", "NoRule")]
    [InlineData("rebinding to 172.16/12", "https://api.example.com/ @ 172.31.255.255", "NoRule")]
    [InlineData("next to 172.16/12", "https://api.example.com/ @ 172.32.0.0", "Granted")]
    [InlineData("rebinding to 192.168/16", "https://api.example.com/ @ 192.168.1.1", "NoRule")]
    [InlineData("rebinding to shared address space", "https://api.example.com/ @ 100.64.0.1", "NoRule")]
    [InlineData("the end of shared address space", "https://api.example.com/ @ 100.127.255.255", "NoRule")]
    [InlineData("next to shared address space", "https://api.example.com/ @ 100.128.0.0", "Granted")]
    [InlineData("rebinding to 0/8", "https://api.example.com/ @ 0.1.2.3", "NeverGrantable")]
    [InlineData("the unspecified address", "https://api.example.com/ @ 0.0.0.0", "NeverGrantable")]
    [InlineData("the unspecified IPv6 address", "https://api.example.com/ @ ::", "NeverGrantable")]
    [InlineData("multicast", "https://api.example.com/ @ 224.0.0.1", "NeverGrantable")]
    [InlineData("the end of multicast", "https://api.example.com/ @ 239.255.255.255", "NeverGrantable")]
    [InlineData("IPv6 multicast", "https://api.example.com/ @ ff02::1", "NeverGrantable")]
    [InlineData("broadcast", "https://api.example.com/ @ 255.255.255.255", "NeverGrantable")]
    [InlineData("reserved", "https://api.example.com/ @ 240.0.0.1", "NoRule")]
    [InlineData("documentation", "https://api.example.com/ @ 192.0.2.1", "NoRule")]
    [InlineData("IPv6 documentation", "https://api.example.com/ @ 2001:db8::1", "NoRule")]
    [InlineData("benchmarks", "https://api.example.com/ @ 198.18.0.1", "NoRule")]
    [InlineData("protocol assignments", "https://api.example.com/ @ 192.0.0.8", "NoRule")]
    [InlineData("any public IPv6 address where a rule says so", "https://api.example.com:8443/ @ 2a00:1450::1", "Granted")]
    [InlineData("an IPv4 address in the guise of one", "https://api.example.com:8443/ @ ::ffff:93.184.216.34", "NoRule")]
    [InlineData("an IPv4 address by NAT64", "https://api.example.com:8443/ @ 64:ff9b::93.184.216.34", "Granted")]
    [InlineData("IPv6 protocol assignments", "https://api.example.com/ @ 2001:1::4", "NoRule")]
    [InlineData("the end of IPv6 protocol assignments", "https://api.example.com/ @ 2001:1ff:ffff::1", "NoRule")]
    [InlineData("next to IPv6 protocol assignments", "https://api.example.com/ @ 2001:200::1", "Granted")]
    [InlineData("Teredo with everything public", "https://api.example.com/ @ 2001:0:5db8:d822::a247:27dd", "NoRule")]
    [InlineData("a dummy prefix", "https://api.example.com/ @ 100:0:0:1::1", "NoRule")]
    [InlineData("unique-local", "https://api.example.com/ @ fd00::1", "NoRule")]
    [InlineData("site-local", "https://api.example.com/ @ fec0::1", "NoRule")]
    [InlineData("outside of global unicast", "https://api.example.com/ @ 4000::1", "NoRule")]
    [InlineData("Alibaba's metadata service", "https://api.example.com/ @ 100.100.100.200", "NeverGrantable")]
    [InlineData("Azure's metadata service", "https://api.example.com/ @ 168.63.129.16", "NeverGrantable")]
    [InlineData("AWS's metadata service by IPv6", "https://api.example.com/ @ fd00:ec2::254", "NeverGrantable")]
    [InlineData("IPv4-mapped loopback", "https://api.example.com/ @ ::ffff:127.0.0.1", "NeverGrantable")]
    [InlineData("IPv4-mapped metadata", "https://api.example.com/ @ ::ffff:169.254.169.254", "NeverGrantable")]
    [InlineData("IPv4-mapped metadata in hex", "https://api.example.com/ @ ::ffff:a9fe:a9fe", "NeverGrantable")]
    [InlineData("IPv4-mapped private", "https://api.example.com/ @ ::ffff:10.0.0.1", "NoRule")]
    [InlineData("IPv4-mapped public", "https://api.example.com/ @ ::ffff:93.184.216.34", "Granted")]
    [InlineData("IPv4-compatible loopback", "https://api.example.com/ @ ::127.0.0.1", "NeverGrantable")]
    [InlineData("IPv4-translated loopback", "https://api.example.com/ @ ::ffff:0:127.0.0.1", "NeverGrantable")]
    [InlineData("NAT64 of loopback", "https://api.example.com/ @ 64:ff9b::7f00:1", "NeverGrantable")]
    [InlineData("NAT64 of metadata", "https://api.example.com/ @ 64:ff9b::169.254.169.254", "NeverGrantable")]
    [InlineData("NAT64 of a private address", "https://api.example.com/ @ 64:ff9b::10.0.0.1", "NoRule")]
    [InlineData("NAT64 of a public address", "https://api.example.com/ @ 64:ff9b::93.184.216.34", "Granted")]
    [InlineData("local NAT64 /96 of loopback", "https://api.example.com/ @ 64:ff9b:1::7f00:1", "NeverGrantable")]
    [InlineData("local NAT64 /48 of metadata", "https://api.example.com/ @ 64:ff9b:1:a9fe:a9:fe00::", "NeverGrantable")]
    [InlineData("local NAT64 /64 of metadata", "https://api.example.com/ @ 64:ff9b:1:0:a9:fea9:fe00:0", "NeverGrantable")]
    [InlineData("local NAT64 of a public address", "https://api.example.com/ @ 64:ff9b:1::93.184.216.34", "NoRule")]
    [InlineData("6to4 of loopback", "https://api.example.com/ @ 2002:7f00:1::1", "NeverGrantable")]
    [InlineData("6to4 of metadata", "https://api.example.com/ @ 2002:a9fe:a9fe::1", "NeverGrantable")]
    [InlineData("6to4 of a private address", "https://api.example.com/ @ 2002:a00:1::1", "NoRule")]
    [InlineData("Teredo with a client on loopback", "https://api.example.com/ @ 2001:0:5db8:d822::80ff:fffe", "NeverGrantable")]
    [InlineData("Teredo with a server on loopback", "https://api.example.com/ @ 2001:0:7f00:1::1", "NeverGrantable")]
    [InlineData("ISATAP of loopback", "https://api.example.com/ @ 2606:4700::5efe:127.0.0.1", "NeverGrantable")]
    [InlineData("ISATAP of metadata, globally unique", "https://api.example.com/ @ 2606:4700::200:5efe:a9fe:a9fe", "NeverGrantable")]
    [InlineData("the pod itself", "https://api.example.com/ @ 10.20.0.9", "NeverGrantable")]
    [InlineData("the pod itself by IPv6", "https://api.example.com/ @ fd12:3456::9", "NeverGrantable")]
    [InlineData("the pod itself, mapped", "https://api.example.com/ @ ::ffff:10.20.0.9", "NeverGrantable")]
    [InlineData("the pod itself by NAT64", "https://api.example.com/ @ 64:ff9b::10.20.0.9", "NeverGrantable")]
    [InlineData("closed by the installer", "https://api.example.com/ @ 192.88.100.1", "NeverGrantable")]
    [InlineData("the cluster's own public numbers", "https://api.example.com/ @ 203.0.112.5", "NoRule")]
    [InlineData("host and cidr both hold", "https://corp.example.com/ @ 10.1.2.3", "Granted")]
    [InlineData("host holds and cidr does not", "https://corp.example.com/ @ 10.2.2.3", "NoRule")]
    [InlineData("cidr holds and host does not", "https://api.example.com/ @ 10.1.2.3", "NoRule")]
    [InlineData("host and cidr, resolved to a public address", "https://corp.example.com/ @ 93.184.216.34", "Granted")]
    [InlineData("wildcard and cidr both hold", "https://a.pinned.example/ @ 93.184.216.34", "Granted")]
    [InlineData("one of mixed records, public", "https://corp.example.com/ @ 10.1.0.1", "Granted")]
    [InlineData("the other of mixed records, loopback", "https://corp.example.com/ @ 127.0.0.1", "NeverGrantable")]
    [InlineData("a host that is a public address", "https://93.184.216.34/", "Granted")]
    [InlineData("0.0.0.0/0 is about public addresses: private", "https://10.0.0.1/", "NoRule")]
    [InlineData("0.0.0.0/0 is about public addresses: loopback", "https://127.0.0.1/", "NeverGrantable")]
    [InlineData("0.0.0.0/0 is about IPv4", "https://[2a00::1]/", "NoRule")]
    [InlineData("0.0.0.0/0 on another port", "https://93.184.216.34:8443/", "NoRule")]
    [InlineData("a denied range within 0.0.0.0/0", "https://198.41.0.4/", "DeniedByPolicy")]
    [InlineData("a denied range, mapped", "https://[::ffff:198.41.0.4]/", "DeniedByPolicy")]
    [InlineData("a denied range by NAT64", "https://[64:ff9b::198.41.0.4]/", "DeniedByPolicy")]
    [InlineData("a denied range by 6to4", "https://[2002:c629:4::1]/", "DeniedByPolicy")]
    [InlineData("a denied range in decimal", "https://3324575748/", "DeniedByPolicy")]
    [InlineData("a denied range behind a granted name", "https://api.example.com/ @ 198.41.0.4", "DeniedByPolicy")]
    [InlineData("an IPv6 range", "https://[2606:4700::1111]/", "Granted")]
    [InlineData("outside of an IPv6 range", "https://[2606:4701::1]/", "NoRule")]
    [InlineData("a private range that a rule names", "http://10.20.0.1/", "Granted")]
    [InlineData("a private range that a rule names, mapped", "http://[::ffff:10.20.0.1]/", "Granted")]
    [InlineData("the cluster's part of a range that is wider", "http://10.20.200.1/", "NoRule")]
    [InlineData("the cluster's own range, named exactly", "http://10.96.0.1/", "Granted")]
    [InlineData("shared address space that a rule names", "http://100.64.7.7/", "Granted")]
    [InlineData("unique-local that a rule names", "http://[fd12:3456::1]/", "Granted")]
    [InlineData("unique-local that no rule names", "http://[fd12:3457::1]/", "NoRule")]
    [InlineData("loopback in decimal", "http://2130706433/", "NeverGrantable")]
    [InlineData("loopback in hexadecimal", "http://0x7f000001/", "NeverGrantable")]
    [InlineData("loopback in octal", "http://017700000001/", "NeverGrantable")]
    [InlineData("loopback in octal parts", "http://0177.0.0.1/", "NeverGrantable")]
    [InlineData("loopback in hexadecimal parts", "http://0x7f.0x0.0x0.0x1/", "NeverGrantable")]
    [InlineData("loopback in two parts", "http://127.1/", "NeverGrantable")]
    [InlineData("loopback in three parts", "http://127.0.1/", "NeverGrantable")]
    [InlineData("loopback with a dot at the end", "http://127.0.0.1./", "NeverGrantable")]
    [InlineData("metadata in decimal", "http://2852039166/", "NeverGrantable")]
    [InlineData("metadata in mixed parts", "http://0xa9.254.0251.0xfe/", "NeverGrantable")]
    [InlineData("zero", "http://0/", "NeverGrantable")]
    [InlineData("a private address in octal", "http://012.0.0.1/", "NoRule")]
    [InlineData("an address in full-width digits", "http://１２７.0.0.1/", "Malformed")]
    [InlineData("five parts", "http://127.0.0.0.1/", "Malformed")]
    [InlineData("a part that is too large", "http://127.0.0.256/", "Malformed")]
    [InlineData("a number beyond 32 bits", "http://4294967296/", "Malformed")]
    [InlineData("a number beyond 64 bits", "http://36893488147419103233/", "Malformed")]
    [InlineData("a name that ends in a number", "http://example.1/", "Malformed")]
    [InlineData("a name that ends in a hexadecimal number", "http://example.0x1/", "Malformed")]
    [InlineData("digits that are no octal number", "http://0189.0.0.1/", "Malformed")]
    [InlineData("IPv6 loopback", "http://[::1]/", "NeverGrantable")]
    [InlineData("IPv6 loopback written out", "http://[0:0:0:0:0:0:0:1]/", "NeverGrantable")]
    [InlineData("IPv6 with a zone", "http://[fe80::1%25eth0]/", "Malformed")]
    [InlineData("IPv6 without brackets", "http://::1/", "Malformed")]
    [InlineData("IPv4 in brackets", "http://[127.0.0.1]/", "Malformed")]
    [InlineData("brackets that do not close", "http://[::1/", "Malformed")]
    [InlineData("brackets with something behind", "http://[::1]x/", "Malformed")]
    [InlineData("a redirect to metadata is a new request", "http://169.254.169.254/latest/meta-data/", "NeverGrantable")]
    [InlineData("localhost by name", "http://localhost/", "NoRule")]
    public void Request_at_address(string name, string request, string reason) =>
        Assert.Equal(reason, Grants.Decide(Requests.Of("GET " + request)).Reason.ToString());
}
