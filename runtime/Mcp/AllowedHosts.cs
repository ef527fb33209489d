using System.Collections.Frozen;
using System.Net;

namespace Tapedeck.Mcp;

/// <summary>
/// The hosts that a server answers to, as guard against DNS rebinding: a web page can make a browser send requests to an address of its
/// choice, but not with a <c>Host</c> or <c>Origin</c> of its choice.
/// </summary>
public sealed class AllowedHosts
{
    /// <summary>This machine, under each of its own names.</summary>
    public static readonly AllowedHosts Loopback = new(["localhost", "127.0.0.1", "[::1]"]);

    private readonly FrozenSet<string> _entries;
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    /// <param name="entries">Each a <c>host</c> (any port) or <c>host:port</c>; IPv6 addresses in brackets.</param>
    /// <exception cref="ArgumentException">An entry is neither; the message names it.</exception>
    public AllowedHosts(IEnumerable<string> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        _entries = entries.Select(Checked).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _lookup = _entries.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Whether the constructor takes an entry.</summary>
    public static bool IsEntry(string entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var host = HostOf(entry);
        return host.StartsWith('[')
            ? host.EndsWith(']') && IPAddress.TryParse(host[1..^1], out _)
            : Uri.CheckHostName(host.ToString()) is UriHostNameType.Dns or UriHostNameType.IPv4;
    }

    /// <summary>Whether a <c>Host</c> header names this server.</summary>
    internal bool AllowsHost(ReadOnlySpan<char> authority) =>
        !authority.IsEmpty && (_lookup.Contains(authority) || _lookup.Contains(HostOf(authority)));

    /// <summary>Whether an <c>Origin</c> header names a page that this server served, or that runs beside it.</summary>
    internal bool AllowsOrigin(ReadOnlySpan<char> origin)
    {
        var scheme = origin.IndexOf("://");
        return scheme > 0
            && origin[..scheme] is "http" or "https"
            && AllowsHost(origin[(scheme + 3)..]);
    }

    /// <summary>What stands before the port. A text that is no authority gives something that is in no list.</summary>
    private static ReadOnlySpan<char> HostOf(ReadOnlySpan<char> authority)
    {
        var colon = authority.LastIndexOf(':');
        return colon > authority.LastIndexOf(']') && !authority[(colon + 1)..].ContainsAnyExceptInRange('0', '9') ? authority[..colon] : authority;
    }

    private static string Checked(string entry) =>
        IsEntry(entry) ? entry : throw new ArgumentException($"'{entry}' is not a host or host:port (an IPv6 address stands in brackets)", nameof(entry));
}
