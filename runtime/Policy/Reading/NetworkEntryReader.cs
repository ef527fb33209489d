using System.Collections.Immutable;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Reading;

/// <summary>Reads the entries of <c>network</c>.</summary>
internal static class NetworkEntryReader
{
    private const int MostPorts = 100;
    private const int MostSchemes = 2;
    private const int MostMethods = 32;

    internal static NetworkEntry? ReadAllow(FieldReader fields)
    {
        var before = fields.Problems.Count;
        var entry = Read(fields);
        if (fields.Problems.Count > before)
        {
            return null;
        }
        RefuseIdleAllow(fields, entry);
        return entry;
    }

    internal static NetworkEntry? ReadDeny(FieldReader fields)
    {
        var before = fields.Problems.Count;
        var entry = Read(fields);
        if (fields.Problems.Count == before && entry.ToString().Length == 0)
        {
            fields.Problems.Add(fields.Node, fields.Field, "expected at least one of host, cidr, ports, protocol, schemes, methods, pathPrefix");
        }
        return entry;
    }

    private static NetworkEntry Read(FieldReader fields)
    {
        var entry = new NetworkEntry
        {
            Host = fields.TryTake<HostPattern>("host", HostPattern.TryParse, out var host) ? host : null,
            Cidr = fields.TryTake<AddressRange>("cidr", AddressRange.TryParse, out var cidr) ? cidr : null,
            Ports = ReadPorts(fields),
            Protocol = fields.TryTake<NetworkProtocol>("protocol", Words.Lower, out var protocol) ? protocol : null,
            Schemes = ReadSchemes(fields),
            Methods = ReadMethods(fields),
            PathPrefix = fields.TryTake<PathPrefix>("pathPrefix", PathPrefix.TryParse, out var prefix) ? prefix : null,
        };
        if (entry.Protocol is NetworkProtocol.Tcp or NetworkProtocol.Udp && entry.IsAboutHttp)
        {
            fields.Problems.Add(fields.Node, fields.Field, "schemes, methods and pathPrefix cannot be enforced on raw sockets: leave them out, or use protocol: http");
        }
        return entry;
    }

    /// <summary>An entry that could never allow anything is a mistake that its author should hear of.</summary>
    private static void RefuseIdleAllow(FieldReader fields, NetworkEntry entry)
    {
        if (entry.Host is null && entry.Cidr is null)
        {
            fields.Problems.Add(fields.Node, fields.Field, "expected host, cidr, or both");
        }
        if (entry.Protocol is NetworkProtocol.Tcp or NetworkProtocol.Udp && entry.Ports is null)
        {
            fields.Problems.Add(fields.Node, fields.PathOf("ports"), "expected at least one port: raw sockets have no port of their own");
        }
        if (entry.Host is { Domain.Value: var name } && (name == "localhost" || name.EndsWith(".localhost", StringComparison.Ordinal)))
        {
            fields.Problems.Add(fields.Take("host")!, fields.PathOf("host"), "loopback can never be granted");
        }
        if (entry.Cidr is { } cidr && SpecialRanges.NeverGrantable(cidr) is { } special)
        {
            fields.Problems.Add(fields.Take("cidr")!, fields.PathOf("cidr"), $"{special} can never be granted");
        }
    }

    private static PortSet? ReadPorts(FieldReader fields)
    {
        var ranges = fields.TakeList<PortRange>("ports", PortRange.TryParse, MostPorts);
        return fields.IsEmptyList("ports") || ranges.IsEmpty ? null : PortSet.Of(ranges);
    }

    private static HttpSchemes ReadSchemes(FieldReader fields)
    {
        fields.IsEmptyList("schemes");
        return fields.TakeList<HttpSchemes>("schemes", Words.Lower, MostSchemes).Aggregate(HttpSchemes.None, (all, scheme) => all | scheme);
    }

    private static ImmutableArray<string> ReadMethods(FieldReader fields)
    {
        fields.IsEmptyList("methods");
        return fields.TakeList<string>("methods", HttpMethods.TryParse, MostMethods);
    }
}
