using System.Collections.Immutable;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Wassette;

/// <summary><c>permissions.network</c>. Of it Wassette enforces exact hosts of HTTP requests, and schemes where a host is written as a URL.</summary>
internal static class NetworkPermissions
{
    private const string Field = "permissions.network";
    private const string NeverMatched = "accepted, never matched anything";
    private const string DenyIgnored = "parsed, never read";

    internal static EntryLists<NetworkEntry, NetworkEntry> Convert(MappingNode permissions, NoteList notes)
    {
        if (notes.Mapping(permissions, "network", Field) is not { } network)
        {
            return new([], []);
        }
        notes.AddUnknown(network, Field, "allow", "deny");
        return new(Entries(network, "allow", notes), Entries(network, "deny", notes));
    }

    private static ImmutableArray<NetworkEntry> Entries(MappingNode network, string list, NoteList notes)
    {
        var entries = ImmutableArray.CreateBuilder<NetworkEntry>();
        foreach (var (node, field) in notes.Entries(network, list, $"{Field}.{list}"))
        {
            notes.AddUnknown(node, field, "host", "cidr");
            var (host, cidr) = (NoteList.Text(node, "host"), NoteList.Text(node, "cidr"));
            var isDeny = list == "deny";
            entries.AddRange(
                host is null && cidr is not null ? OfCidr(node, $"{field}: cidr {cidr}", cidr, isDeny, notes)
                : host is not null ? OfHost(node, $"{field}: host {host}", host, cidr, isDeny, notes)
                : Dropped(node, field, "an error", "left out: it has neither host nor cidr", notes));
        }
        return entries.ToImmutable();
    }

    private static NetworkEntry[] OfCidr(Node node, string entry, string text, bool isDeny, NoteList notes)
    {
        var inWassette = isDeny ? DenyIgnored : "parsed, never enforced";
        if (!AddressRange.TryParse(text, out var range, out var expected))
        {
            return Dropped(node, entry, inWassette, $"left out: expected {expected}", notes);
        }
        if (!isDeny && SpecialRanges.NeverGrantable(range) is { } special)
        {
            return Dropped(node, entry, inWassette, $"left out: {special} can never be granted", notes);
        }
        notes.Add(node, entry, inWassette, isDeny ? "denied, whatever allows it" : "HTTP to these addresses, on the ports of the schemes");
        return [new NetworkEntry { Cidr = range }];
    }

    private static NetworkEntry[] OfHost(Node node, string entry, string text, string? cidr, bool isDeny, NoteList notes)
    {
        if (text == "*")
        {
            return OfEveryHost(node, entry, isDeny, notes);
        }
        var host = WassetteHost.Parse(text);
        var inWassette = isDeny ? DenyIgnored : host.InWassette;
        if (host.Entry is not { } converted || IsLoopback(converted))
        {
            return Dropped(node, entry, inWassette, host.Entry is null ? "left out: it is no host name" : "left out: loopback can never be granted", notes);
        }
        if (!isDeny && converted.Cidr is { } single && SpecialRanges.NeverGrantable(single) is { } special)
        {
            return Dropped(node, entry, inWassette, $"left out: {special} can never be granted", notes);
        }
        if (cidr is not null && AddressRange.TryParse(cidr, out var range, out _) && converted.Cidr is null)
        {
            notes.Add(node, $"{entry} with cidr {cidr}", "the cidr was passed over, the host alone was read", "both have to hold");
            converted = converted with { Cidr = range };
        }
        notes.Add(node, entry, inWassette, isDeny ? "denied, whatever allows it" : Meaning(converted));
        return [converted];
    }

    /// <summary>A name matches by what it resolves to as well, so everything is denied by address; nothing grants every name.</summary>
    private static NetworkEntry[] OfEveryHost(Node node, string entry, bool isDeny, NoteList notes)
    {
        if (!isDeny)
        {
            return Dropped(node, entry, NeverMatched, "left out: no rule names every host; name the hosts, or *.domain", notes);
        }
        notes.Add(node, entry, DenyIgnored, "every address is denied, whatever allows it");
        return [new NetworkEntry { Cidr = AddressRange.Parse("0.0.0.0/0") }, new NetworkEntry { Cidr = AddressRange.Parse("::/0") }];
    }

    private static string Meaning(NetworkEntry entry) =>
        entry.ToString() + (entry.Ports is null ? "; only the ports of the schemes, 80 and 443: add ports for others" : "");

    private static bool IsLoopback(NetworkEntry entry) =>
        entry.Host is { Domain.Value: var name } && (name == "localhost" || name.EndsWith(".localhost", StringComparison.Ordinal));

    private static NetworkEntry[] Dropped(Node node, string entry, string inWassette, string here, NoteList notes)
    {
        notes.Add(node, entry, inWassette, here);
        return [];
    }
}
