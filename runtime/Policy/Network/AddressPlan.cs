using System.Collections.Immutable;

namespace Tapedeck.Policy.Network;

/// <summary>Which addresses are what: the special ranges of every network, and those of this installation.</summary>
public sealed class AddressPlan
{
    private readonly SpecialRange[] _never;
    private readonly SpecialRange[] _cluster;

    /// <param name="clusterRanges">The cluster's pods, services and nodes: private, whatever their numbers are.</param>
    /// <param name="ownAddresses">The addresses of this pod, never grantable.</param>
    /// <param name="neverGrantable">What the installer closes besides.</param>
    public AddressPlan(
        IEnumerable<AddressRange> clusterRanges, IEnumerable<Address> ownAddresses, IEnumerable<AddressRange> neverGrantable)
    {
        ClusterRanges = [.. clusterRanges];
        ClosedRanges = [.. neverGrantable];
        _cluster = [.. ClusterRanges.Select(range => new SpecialRange(range, AddressClass.Private, "the cluster's own"))];
        _never =
        [
            .. ownAddresses.Select(address => Closed(AddressRange.Of(address.Canonical), "the pod itself")),
            .. ClosedRanges.Select(range => Closed(range, "closed by the installer")),
        ];
    }

    /// <summary>Nothing known of this installation.</summary>
    public static AddressPlan Default { get; } = new([], [], []);

    public ImmutableArray<AddressRange> ClusterRanges { get; }

    /// <summary>What the installer closes.</summary>
    public ImmutableArray<AddressRange> ClosedRanges { get; }

    public AddressClass Classify(Address address) => Look(address).Class;

    /// <summary>
    /// For walls that know addresses and nothing else: the blocks inside of <paramref name="range"/> that a rule for it does not open, none of them inside
    /// another; null where it opens nothing at all.
    /// </summary>
    public ImmutableArray<AddressRange>? ClosedWithin(AddressRange range)
    {
        var all = _never.Concat(_cluster).Concat(SpecialRanges.Of(range.Network).ToArray()).ToArray();
        if (all.Any(special => special.Class == AddressClass.NeverGrantable && special.Range.Contains(range)))
        {
            return null;
        }
        AddressRange[] closed = [.. all
            .Where(special => range.Contains(special.Range) && special.Range.PrefixLength > range.PrefixLength)
            .Select(special => special.Range)
            .Distinct()];
        return [.. closed.Where(inner => !closed.Any(outer => outer.Contains(inner) && outer.PrefixLength < inner.PrefixLength))];
    }

    /// <summary>
    /// For walls in which a denial wins over every rule: the blocks that are not public, but for what is opened in them. Exact, so that they overlap with nothing
    /// that is open; a block of which a part is open is given as the parts that are not.
    /// </summary>
    /// <param name="opened">Blocks that are open, each but for the blocks inside of it.</param>
    public IEnumerable<AddressRange> ClosedBut(IReadOnlyCollection<(AddressRange Range, ImmutableArray<AddressRange> Except)> opened) =>
        new[] { AddressRange.AllV4, AddressRange.AllV6 }.SelectMany(all => ClosedWithin(all) ?? [all]).SelectMany(closed => Without(closed, opened));

    private static IEnumerable<AddressRange> Without(AddressRange closed, IReadOnlyCollection<(AddressRange Range, ImmutableArray<AddressRange> Except)> opened)
    {
        var near = opened.Where(open => open.Range.Overlaps(closed) && !open.Except.Any(inner => inner.Contains(closed))).ToArray();
        return near.Length == 0 ? [closed]
            : near.Any(open => open.Range.Contains(closed) && !open.Except.Any(inner => inner.Overlaps(closed))) ? []
            : closed.Halves().SelectMany(half => Without(half, near));
    }

    /// <summary>The strictest class of the address and of each IPv4 address that it carries. Allocates nothing.</summary>
    internal AddressFacts Look(Address address)
    {
        var facts = new AddressFacts
        {
            Address = address,
            Canonical = address.Canonical,
            Embedded = EmbeddedAddresses.Of(address),
            Class = AddressClass.Public,
            Kind = "public",
        };
        Weigh(ref facts, facts.Canonical);
        Weigh(ref facts, facts.Address, _never);
        for (var index = 0; index < facts.Embedded.Count; index++)
        {
            Weigh(ref facts, facts.Embedded[index]);
        }
        if (facts.Class == AddressClass.Private)
        {
            facts.Narrowest = Narrowest(facts.Canonical);
        }
        return facts;
    }

    private void Weigh(ref AddressFacts facts, in Address address)
    {
        Weigh(ref facts, address, _never);
        Weigh(ref facts, address, _cluster);
        Weigh(ref facts, address, SpecialRanges.Of(address));
    }

    private static void Weigh(ref AddressFacts facts, in Address address, ReadOnlySpan<SpecialRange> ranges)
    {
        foreach (var special in ranges)
        {
            if (special.Class > facts.Class && special.Range.Contains(address))
            {
                facts.Class = special.Class;
                facts.Kind = special.Name;
            }
        }
    }

    private AddressRange? Narrowest(in Address address)
    {
        AddressRange? narrowest = null;
        Narrow(ref narrowest, address, _cluster);
        Narrow(ref narrowest, address, SpecialRanges.Of(address));
        return narrowest;
    }

    private static void Narrow(ref AddressRange? narrowest, in Address address, ReadOnlySpan<SpecialRange> ranges)
    {
        foreach (var special in ranges)
        {
            if (special.Class == AddressClass.Private && special.Range.Contains(address)
                && (narrowest is not { } so || special.Range.PrefixLength > so.PrefixLength))
            {
                narrowest = special.Range;
            }
        }
    }

    private static SpecialRange Closed(AddressRange range, string name) => new(range, AddressClass.NeverGrantable, name);
}
