using System.Net;
using Tapedeck.Oci.Network;
using Tapedeck.Oci.Registries;
using Xunit;

namespace Tapedeck.Oci.Tests.Network;

public sealed class AddressRulesTests
{
    [Theory]
    [InlineData("8.8.8.8", null)]
    [InlineData("2606:4700::1", null)]
    [InlineData("64:ff9b::808:808", null)]
    [InlineData("::ffff:8.8.8.8", null)]
    [InlineData("127.0.0.1", "loopback")]
    [InlineData("127.255.1.1", "loopback")]
    [InlineData("::1", "loopback")]
    [InlineData("::ffff:127.0.0.1", "loopback")]
    [InlineData("::127.0.0.1", "not global unicast")]
    [InlineData("0.0.0.0", "unspecified")]
    [InlineData("::", "unspecified")]
    [InlineData("10.1.2.3", "private")]
    [InlineData("172.31.255.255", "private")]
    [InlineData("172.32.0.1", null)]
    [InlineData("192.168.1.1", "private")]
    [InlineData("100.64.0.1", "shared")]
    [InlineData("100.100.100.200", "a metadata service")]
    [InlineData("168.63.129.16", "a metadata service")]
    [InlineData("169.254.169.254", "link-local")]
    [InlineData("224.0.0.1", "multicast")]
    [InlineData("255.255.255.255", "broadcast")]
    [InlineData("fe80::1", "link-local")]
    [InlineData("fc00::1", "unique-local")]
    [InlineData("fd00:ec2::254", "a metadata service")]
    [InlineData("ff02::1", "multicast")]
    [InlineData("4000::1", "not global unicast")]
    [InlineData("64:ff9b::a9fe:a9fe", "link-local")]
    [InlineData("64:ff9b:1::1", "a local NAT64")]
    [InlineData("2002:a9fe:a9fe::1", "link-local")]
    [InlineData("2002:0a00:0001::1", "private")]
    [InlineData("2001:0:a00:1::", "reserved for protocols")]
    [InlineData("2001:0:808:808::f5ff:fffe", "reserved for protocols")]
    [InlineData("2606:4700::5efe:a00:1", "private")]
    public void What_is_not_public_is_refused(string address, string? kind) =>
        Assert.Equal(kind, AddressRules.PublicOnly.Refusal("host.test", IPAddress.Parse(address)));

    [Theory]
    [InlineData("a private address by its host", "registry.test", null, "10.0.0.1", true)]
    [InlineData("loopback by its host", "registry.test", null, "127.0.0.1", true)]
    [InlineData("a host in capitals", "REGISTRY.test", null, "10.0.0.1", true)]
    [InlineData("another host", "other.test", null, "10.0.0.1", false)]
    [InlineData("a metadata service by a host that is trusted", "registry.test", null, "169.254.169.254", false)]
    [InlineData("one that an address of IPv6 carries", "registry.test", null, "::169.254.169.254", false)]
    [InlineData("one that Teredo carries", "registry.test", null, "2001:0:a9fe:a9fe::1", false)]
    [InlineData("link-local of IPv6 by a host", "registry.test", null, "fe80::1", false)]
    [InlineData("a private address by its block", "other.test", "10.0.0.0/8", "10.0.0.1", true)]
    [InlineData("one that is not in the block", "other.test", "10.0.0.0/8", "192.168.0.1", false)]
    [InlineData("a mapped one by the block of IPv4", "other.test", "10.0.0.0/8", "::ffff:10.0.0.1", true)]
    [InlineData("a private address by everything", "other.test", "0.0.0.0/0", "10.0.0.1", true)]
    [InlineData("a metadata service by everything", "other.test", "0.0.0.0/0", "169.254.169.254", false)]
    [InlineData("a metadata service by everything of IPv6", "other.test", "::/0", "fd00:ec2::254", false)]
    [InlineData("link-local by its own block", "other.test", "169.254.169.0/24", "169.254.169.254", true)]
    public void The_installer_makes_exceptions(string name, string host, string? range, string address, bool allowed)
    {
        var rules = new AddressRules(["Registry.test"], range is null ? [] : [IPNetwork.Parse(range)]);
        Assert.Equal(allowed, rules.Refusal(host, IPAddress.Parse(address)) is null);
    }

    [Fact]
    public async Task A_name_is_resolved_once_and_what_was_checked_is_connected_to()
    {
        await using var registry = await FaultyRegistry.Start();
        registry.AddComponent(Samples.Component(), "1.0");
        var port = registry.Host.Split(':')[1];
        var asked = 0;
        var options = registry.Options();
        using var client = new RegistryClient(options with
        {
            Registries = options.Registries.Add($"rebind.test:{port}", new RegistryOptions { PlainHttp = true }),
        }, (_, _) => Task.FromResult<IPAddress[]>(Interlocked.Increment(ref asked) == 1 ? [IPAddress.Loopback] : [IPAddress.Parse("169.254.169.254")]));
        Assert.True((await client.Open(Reference.Parse($"rebind.test:{port}/demo/greet:1.0").Required).GetManifest("1.0", default)).IsOk);
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task Of_several_addresses_only_those_allowed_are_tried()
    {
        await using var registry = await FaultyRegistry.Start();
        registry.AddComponent(Samples.Component(), "1.0");
        var port = registry.Host.Split(':')[1];
        var options = registry.Options();
        using var client = new RegistryClient(options with
        {
            Registries = options.Registries.Add($"mixed.test:{port}", new RegistryOptions { PlainHttp = true }),
        }, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("169.254.169.254"), IPAddress.Parse("10.0.0.1"), IPAddress.Loopback]));
        Assert.True((await client.Open(Reference.Parse($"mixed.test:{port}/demo/greet:1.0").Required).GetManifest("1.0", default)).IsOk);
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("localhost:5000")]
    [InlineData("[::1]:5000")]
    [InlineData("127.1")]
    [InlineData("192.168.0.1:5000")]
    public async Task A_reference_obeys_the_address_rules(string host)
    {
        using var client = new RegistryClient(new PullOptions());
        var error = (await client.Open(Reference.Parse($"{host}/demo/greet:1.0").Required).GetManifest("1.0", default)).Error;
        Assert.Equal(OciErrorKind.Refused, Assert.IsType<TerminalError>(error).Kind);
        Assert.Contains("cluster.registryRanges", error.Advice, StringComparison.Ordinal);
    }
}
