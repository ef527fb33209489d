namespace Tapedeck.Oci.Credentials;

/// <summary>
/// A key of <c>auths</c>: <c>[scheme://]host[:port][/path]</c>, with <c>*</c> and <c>?</c> inside the labels of the host, matched as kubelet does.
/// <see href="https://kubernetes.io/docs/concepts/containers/images/#config-json"/>
/// </summary>
internal sealed class LoginScope
{
    private readonly string[] _labels;
    private readonly string _port;
    private readonly string _path;

    private LoginScope(string host, string port, string path) => (_labels, _port, _path) = (host.Split('.'), port, path);

    /// <summary>Null where the key has no host.</summary>
    internal static LoginScope? Parse(string key)
    {
        var scheme = key.IndexOf("://", StringComparison.Ordinal);
        var rest = scheme >= 0 ? key[(scheme + 3)..] : key;
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (authority, path) = slash >= 0 ? (rest[..slash], rest[slash..]) : (rest, "");
        // Docker's own keys name its API's version, which is no path of a repository.
        path = path is "/v1" or "/v2" ? "" : path.StartsWith("/v1/", StringComparison.Ordinal) || path.StartsWith("/v2/", StringComparison.Ordinal) ? path[3..] : path;
        var (host, port) = SplitPort(RegistryHost.Canonical(authority.ToLowerInvariant()));
        // What has wildcards is no host and has its port still.
        return host.Length == 0 ? null : new LoginScope(host, port == "443" ? "" : port, path.Trim('/'));
    }

    /// <summary>True where the registry is this host on this port, and the repository's path begins with this one.</summary>
    internal bool Covers(string registry, string repository)
    {
        var (host, port) = SplitPort(RegistryHost.Canonical(registry));
        var labels = host.Split('.');
        return port == _port && labels.Length == _labels.Length
            && labels.Zip(_labels).All(pair => Matches(pair.First, pair.Second))
            && repository.StartsWith(_path, StringComparison.Ordinal);
    }

    private static (string Host, string Port) SplitPort(string authority)
    {
        var colon = authority.LastIndexOf(':');
        return colon > authority.IndexOf(']', StringComparison.Ordinal) ? (authority[..colon], authority[(colon + 1)..]) : (authority, "");
    }

    /// <summary>Matches a label with a pattern of literals, <c>*</c> and <c>?</c>, in time of their product at most.</summary>
    private static bool Matches(ReadOnlySpan<char> label, ReadOnlySpan<char> pattern)
    {
        var (at, star, retry, index) = (0, -1, 0, 0);
        while (index < label.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                (star, retry) = (at++, index);
            }
            else if (at < pattern.Length && (pattern[at] == '?' || pattern[at] == label[index]))
            {
                at++;
                index++;
            }
            else if (star >= 0)
            {
                (at, index) = (star + 1, ++retry);
            }
            else
            {
                return false;
            }
        }
        return pattern[at..].IndexOfAnyExcept('*') < 0;
    }

    public override string ToString() => $"{string.Join('.', _labels)}{(_port.Length == 0 ? "" : $":{_port}")}{(_path.Length == 0 ? "" : $"/{_path}")}";
}
