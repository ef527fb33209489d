using System.Collections.Immutable;
using System.Net;

namespace Tapedeck.Oci.Network;

/// <summary>The proxies of this installation, as HTTPS_PROXY, HTTP_PROXY and NO_PROXY name them. No other part of the environment is looked at.</summary>
/// <param name="Https">For https requests; with <c>user:password@</c> where the proxy asks for a login. Null is none.</param>
/// <param name="Http">For plain requests.</param>
/// <param name="Bypass">Hosts, domains (<c>.example.com</c> and <c>example.com</c> both mean the domain and all below), addresses, blocks, or <c>*</c>.</param>
public sealed record ProxySettings(Uri? Https, Uri? Http, ImmutableArray<string> Bypass)
{
    public static ProxySettings None { get; } = new(null, null, []);

    /// <summary>Reads the three variables, in lower case first, by <paramref name="variable"/>.</summary>
    /// <exception cref="FormatException">A proxy is no http or https URL. Its text is not repeated: it may hold a password.</exception>
    public static ProxySettings FromEnvironment(Func<string, string?> variable)
    {
        var bypass = variable("no_proxy") ?? variable("NO_PROXY") ?? "";
        return new ProxySettings(Read(variable, "https_proxy"), Read(variable, "http_proxy"),
            [.. bypass.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]);
    }

    /// <summary>The proxy to use for <paramref name="target"/>; null is a direct connection.</summary>
    internal Uri? For(Uri target) => (target.Scheme == Uri.UriSchemeHttps ? Https : Http) is { } proxy && !Bypass.Any(entry => Covers(entry, target)) ? proxy : null;

    private static Uri? Read(Func<string, string?> variable, string name)
    {
        var text = variable(name) is { Length: > 0 } lower ? lower : variable(name.ToUpperInvariant());
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }
        return Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}", UriKind.Absolute, out var proxy) && proxy.Scheme is "http" or "https"
            ? proxy
            : throw new FormatException($"{name} is no http or https URL");
    }

    private static bool Covers(string entry, Uri target)
    {
        var host = target.IdnHost.Trim('[', ']');
        if (entry == "*")
        {
            return true;
        }
        if (IPNetwork.TryParse(entry, out var block))
        {
            return IPAddress.TryParse(host, out var address) && block.Contains(address);
        }
        var colon = entry.LastIndexOf(':');
        if (colon > 0 && int.TryParse(entry.AsSpan(colon + 1), out var port) && entry.IndexOf(':', StringComparison.Ordinal) == colon)
        {
            return port == target.Port && Covers(entry[..colon], target);
        }
        var name = entry.TrimStart('*').TrimStart('.');
        return host.Equals(name, StringComparison.OrdinalIgnoreCase) || host.EndsWith($".{name}", StringComparison.OrdinalIgnoreCase);
    }
}
