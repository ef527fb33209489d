using System.Collections.Immutable;
using Tapedeck.Policy;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Operator.Children;

/// <summary>
/// Which walls stand around the pods of a tool, and what is left to each. A NetworkPolicy knows no names. Cilium does, and what it lets through is the sum of
/// all policies: what is opened by name there may not be opened by address here.
/// </summary>
internal sealed record Walls
{
    // Cilium takes 40 ports in one list, and knows ranges only lately.
    private const int MostPorts = 40;
    private const int MostClosed = 2_000;

    private Walls()
    {
    }

    /// <summary>Grants of hosts that a CiliumNetworkPolicy opens by name. Empty where there is none.</summary>
    internal ImmutableArray<NetworkEntry> Named { get; private init; } = [];

    /// <summary>Where components are pulled from, by name. Empty where all public addresses are open for that.</summary>
    internal ImmutableArray<HostPattern> Registries { get; private init; } = [];

    /// <summary>The cluster's DNS, as Cilium selects it; empty where there is no CiliumNetworkPolicy.</summary>
    internal ImmutableArray<CiliumPeer> Dns { get; private init; } = [];

    /// <summary>On which it listens.</summary>
    internal ImmutableArray<int> DnsPorts { get; private init; } = [];

    /// <summary>What stays closed whatever address a name has.</summary>
    internal ImmutableArray<AddressRange> Closed { get; private init; } = [];

    /// <summary>Why the one of Cilium is not relied on, or not made, so that the other is as if it were not there; null where there is nothing to say.</summary>
    internal string? Fault { get; private init; }

    internal bool HasNames => !Dns.IsEmpty;

    /// <summary>Whether names are Cilium's to open, and not the NetworkPolicy's.</summary>
    internal bool ReliesOnNames => HasNames && Fault is null;

    /// <param name="isServed">The server knows CiliumNetworkPolicies.</param>
    /// <param name="doubt">Why the one that is there is nothing to rely on; null where Cilium says that it takes it.</param>
    internal static Walls Of(RegistryPlace registry, Grants grants, Settings settings, bool isServed, string? doubt)
    {
        ImmutableArray<NetworkEntry> named = [.. grants.NetworkAllow.Where(IsNamed)];
        // Besides what is named for it: where registries send those who pull only the installer knows.
        ImmutableArray<HostPattern> registries = settings.RegistryHosts.IsEmpty ? [] : [.. registry.Names, .. settings.RegistryHosts];
        if (!isServed || (named.IsEmpty && registries.IsEmpty))
        {
            return new();
        }
        CiliumPeer?[] dns = [.. settings.Peers.ReadDns().Select(CiliumPeer.Read)];
        if (dns.Length == 0 || dns.Contains(null))
        {
            return new() { Fault = "a DNS peer of the installer cannot be said in it: a block, or matchLabels, can" };
        }
        var closed = settings.Addresses.ClosedBut(Opened(grants, settings)).Take(MostClosed + 1).ToImmutableArray();
        return closed.Length > MostClosed
            ? new() { Fault = "what is granted by address leaves too many blocks that are to stay closed" }
            : new() { Named = named, Registries = registries, Dns = [.. dns.OfType<CiliumPeer>()], DnsPorts = settings.Peers.DnsPorts, Closed = closed, Fault = doubt };
    }

    /// <summary>What the status says of them.</summary>
    /// <param name="ports">On which components are pulled.</param>
    internal ImmutableArray<string> Texts(Grants grants, ImmutableArray<int> ports)
    {
        var texts = ImmutableArray.CreateBuilder<string>();
        var weak = grants.NetworkAllow.Where(entry => entry.Cidr is null && !(ReliesOnNames && Named.Contains(entry))).ToArray();
        texts.Add(weak.Length == 0
            ? "NetworkPolicy"
            : "NetworkPolicy: host names are not known to it, so it opens all public addresses on the granted ports; the runtime checks names");
        if (ReliesOnNames)
        {
            texts.Add("CiliumNetworkPolicy: granted hosts, by name");
            texts.AddRange(Gaps(weak.Length > 0, ports));
        }
        else if (Fault is { } fault)
        {
            texts.Add($"{(HasNames ? "CiliumNetworkPolicy, not relied on" : "no CiliumNetworkPolicy")}: {fault}");
        }
        return texts.ToImmutable();
    }

    /// <summary>What is open beside the names.</summary>
    private IEnumerable<string> Gaps(bool hasWeak, ImmutableArray<int> ports)
    {
        if (hasWeak)
        {
            yield return $"CiliumNetworkPolicy: a grant of a host with more than {MostPorts} ports cannot be said in it, and is left to the NetworkPolicy";
        }
        if (Registries.IsEmpty)
        {
            yield return $"NetworkPolicy: {(ports.Length == 1 ? $"port {ports[0]} of all public addresses is open, since components are pulled over it" : $"ports {string.Join(", ", ports)} of all public addresses are open, since components are pulled over them")} and the installer names no registries (--registry-host)";
        }
        if (Named.Any(entry => entry.Host!.IsWildcard))
        {
            yield return $"CiliumNetworkPolicy: names below a wildcard are open to any depth from Cilium 1.19 on, and to {CiliumPolicyChild.Levels} labels before";
        }
    }

    private static bool IsNamed(NetworkEntry entry) =>
        entry is { Host: not null, Cidr: null } && entry.GrantedPorts.Ranges.Sum(range => range.Last - range.First + 1) <= MostPorts;

    /// <summary>What the NetworkPolicy opens by address.</summary>
    private static (AddressRange Range, ImmutableArray<AddressRange> Except)[] Opened(Grants grants, Settings settings) =>
    [
        .. from range in grants.NetworkAllow.Select(entry => entry.Cidr).OfType<AddressRange>().Concat(settings.RegistryRanges)
           let closed = settings.Addresses.ClosedWithin(range)
           where closed is not null
           select (range, closed.Value),
        .. from peer in settings.Peers.Dns.AddRange(settings.Peers.Telemetry, settings.Peers.Proxy)
           let block = CiliumPeer.BlockOf(PodPeers.Read(peer))
           where block is not null
           select block.Value,
    ];
}
