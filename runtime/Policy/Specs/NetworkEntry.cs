using System.Collections.Immutable;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Requests;

namespace Tapedeck.Policy.Specs;

/// <summary>
/// An entry of <c>network.allow</c> or <c>network.deny</c>: hosts, addresses, or those addresses under those names. What an allow leaves out
/// is not narrowed, but for ports, which are those of the scheme. What a deny leaves out it denies all of.
/// </summary>
public sealed record NetworkEntry
{
    public HostPattern? Host { get; init; }

    public AddressRange? Cidr { get; init; }

    public PortSet? Ports { get; init; }

    /// <summary>Null is HTTP in an allow, and everything in a deny.</summary>
    public NetworkProtocol? Protocol { get; init; }

    /// <summary>None is every scheme.</summary>
    public HttpSchemes Schemes { get; init; }

    /// <summary>Empty is every method.</summary>
    public ImmutableArray<string> Methods { get; init; } = [];

    public PathPrefix? PathPrefix { get; init; }

    /// <summary>The ports that an allow opens: what it names, else those of its schemes. For walls that know nothing of HTTP.</summary>
    public PortSet GrantedPorts => Ports ?? PortSet.Of(new[] { HttpSchemes.Http, HttpSchemes.Https }
        .Where(scheme => Schemes == HttpSchemes.None || (Schemes & scheme) != 0)
        .Select(HostRequest.DefaultPort)
        .Select(port => new PortRange(port, port)));

    /// <summary>True where the entry speaks of something that only HTTP has.</summary>
    internal bool IsAboutHttp => Schemes != HttpSchemes.None || !Methods.IsEmpty || PathPrefix is not null;

    /// <summary>One line with everything that is said; equal texts are equal entries.</summary>
    public override string ToString() => Text.Join(
    [
        ("host", Host),
        ("cidr", Cidr),
        ("ports", Ports),
        ("protocol", Protocol),
        ("schemes", Schemes == HttpSchemes.None ? null : Schemes),
        ("methods", Methods.IsEmpty ? null : string.Join(',', Methods.Order(StringComparer.Ordinal))),
        ("pathPrefix", PathPrefix),
    ]);
}
