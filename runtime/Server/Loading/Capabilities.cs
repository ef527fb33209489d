using System.Collections.Immutable;
using Tapedeck.Components;
using Tapedeck.Policy;

namespace Tapedeck.Server.Loading;

/// <summary>What a component asks for by its imports, and what of it no policy grants.</summary>
internal static class Capabilities
{
    private static readonly (string Interface, string Capability)[] Known =
    [
        ("wasi:http/outgoing-handler", "network.http"),
        ("wasi:sockets/tcp", "network.tcp"),
        ("wasi:sockets/udp", "network.udp"),
        ("wasi:sockets/ip-name-lookup", "network.dns"),
        ("wasi:filesystem/preopens", "storage"),
        ("wasi:cli/environment", "environment"),
        ("wasi:config/store", "config"),
    ];

    internal static ImmutableArray<string> RequestedBy(WitView wit)
    {
        var imports = wit.Imports.Interfaces.Select(item => item.Name.Split('@')[0]).ToHashSet(StringComparer.Ordinal);
        return [.. Known.Where(known => imports.Contains(known.Interface)).Select(known => known.Capability)];
    }

    /// <summary>Toolchains import more than a program uses, so this is a hint for people and stands against nothing.</summary>
    internal static ImmutableArray<string> Missing(IEnumerable<string> requested, Grants grants)
    {
        var hasNetwork = grants.NetworkAllow.Any();
        return [.. requested.Where(capability => capability switch
        {
            "storage" => grants.Preopens.IsEmpty,
            "environment" => grants.Environment.IsEmpty,
            "config" => grants.Config.IsEmpty,
            _ => !hasNetwork,
        })];
    }
}
