using System.Globalization;
using System.Net;

namespace Tapedeck.Policy.Specs;

/// <summary>
/// The name of a repository in the one spelling that prefixes are compared in, which is also that of whoever pulls: a port that is the scheme's own is left
/// out, an address is written one way, and Docker Hub has one name, which is left out where the first segment is no registry.
/// </summary>
internal static class RepositoryName
{
    private const string DockerHub = "docker.io";

    internal static string Canonical(string repository)
    {
        var name = CanonicalPrefix(repository);
        // Where no owner is named, the repository is one of Docker's own.
        return name.StartsWith(DockerHub + "/", StringComparison.Ordinal) && name.IndexOf('/', DockerHub.Length + 1) < 0 ? $"{DockerHub}/library{name[DockerHub.Length..]}" : name;
    }

    /// <summary>The name of a registry or of a folder in it. Docker Hub's folders are its owners.</summary>
    internal static string CanonicalPrefix(string prefix)
    {
        var slash = prefix.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? prefix : prefix[..slash];
        return first.AsSpan().ContainsAny(".:[") || first == "localhost" ? Host(first) + prefix[first.Length..] : $"{DockerHub}/{prefix}";
    }

    private static string Host(string text)
    {
        var colon = text.IndexOf(':', text.IndexOf(']', StringComparison.Ordinal) + 1);
        var port = 0;
        if (colon >= 0 && !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port))
        {
            return text;
        }
        var host = colon < 0 ? text : text[..colon];
        host = !IPAddress.TryParse(host, out var address) ? host
            : address.IsIPv4MappedToIPv6 ? $"{address.MapToIPv4()}"
            : host[0] == '[' ? $"[{address}]" : $"{address}";
        return port is not (0 or 80 or 443) ? string.Create(CultureInfo.InvariantCulture, $"{host}:{port}") : host is "index.docker.io" or "registry-1.docker.io" ? DockerHub : host;
    }
}
