using System.Collections.Immutable;

namespace Tapedeck.Policy.Network;

/// <summary>Ports and ranges of ports.</summary>
public sealed record PortSet
{
    private PortSet(ImmutableArray<PortRange> ranges) => Ranges = ranges;

    /// <summary>In order, without overlaps.</summary>
    public ImmutableArray<PortRange> Ranges { get; }

    public bool Contains(int port)
    {
        foreach (var range in Ranges)
        {
            if (port >= range.First && port <= range.Last)
            {
                return true;
            }
        }
        return false;
    }

    public static PortSet Of(IEnumerable<PortRange> ranges)
    {
        var merged = new List<PortRange>();
        foreach (var range in ranges.OrderBy(range => range.First))
        {
            if (merged.Count > 0 && range.First <= merged[^1].Last + 1)
            {
                merged[^1] = merged[^1] with { Last = Math.Max(merged[^1].Last, range.Last) };
            }
            else
            {
                merged.Add(range);
            }
        }
        return new PortSet([.. merged]);
    }

    public override string ToString() => string.Join(',', Ranges);
}
