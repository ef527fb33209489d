using Tapedeck.Oci.Network;

namespace Tapedeck.Oci.Registries;

/// <summary>
/// The guard of token servers. A registry's challenge names the address that a login is then sent to, so a hostile one could collect logins, or
/// have us ask hosts that it cannot reach.
/// </summary>
internal static class TokenRealm
{
    /// <summary>Registries whose token servers are under another name, as their operators document them.</summary>
    private static readonly Dictionary<string, string> KnownServers = new()
    {
        ["registry-1.docker.io"] = "auth.docker.io",
        ["registry.gitlab.com"] = "gitlab.com",
        ["registry.redhat.io"] = "sso.redhat.com",
    };

    /// <summary>Why <paramref name="realm"/> is not asked for a token; null where it may be.</summary>
    /// <param name="host">The registry's host, perhaps with a port.</param>
    /// <param name="withLogin">True where a login would be sent; without one any https server will do.</param>
    internal static string? Refusal(Uri realm, string host, RegistryOptions registry, bool withLogin)
    {
        if (realm.UserInfo.Length > 0 || realm.Fragment.Length > 0)
        {
            return "has a login or a fragment in its address";
        }
        if (HostNames.Of(realm) is not { } name)
        {
            return "has no host that can be asked";
        }
        var bound = IsBound(name, HostOf(host), registry);
        if (realm.Scheme != Uri.UriSchemeHttps && !(realm.Scheme == Uri.UriSchemeHttp && registry.PlainHttp && bound))
        {
            return "is not https";
        }
        return withLogin && !bound ? "is not one that this registry's login may be sent to" : null;
    }

    private static bool IsBound(string realm, string host, RegistryOptions registry) =>
        realm.Equals(host, StringComparison.OrdinalIgnoreCase)
        || (host.Contains('.', StringComparison.Ordinal) && realm.EndsWith($".{host}", StringComparison.OrdinalIgnoreCase))
        || KnownServers.GetValueOrDefault(host) == realm
        || registry.TokenHosts.Contains(realm, StringComparer.OrdinalIgnoreCase);

    private static string HostOf(string authority) => new Uri($"https://{authority}").IdnHost;
}
