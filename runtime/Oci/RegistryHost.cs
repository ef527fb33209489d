using System.Globalization;
using System.Net;

namespace Tapedeck.Oci;

/// <summary>
/// The host of a registry, in one spelling: whatever it is compared with, a rule about who has to have signed is not escaped by another spelling of
/// the registry that it names.
/// </summary>
internal static class RegistryHost
{
    internal const string DockerHub = "docker.io";
    internal const string DockerHubApi = "registry-1.docker.io";

    /// <summary>Under which Docker Hub is known besides its name.</summary>
    internal static readonly string[] DockerHubAliases = ["index.docker.io", DockerHubApi];

    private const int HttpsPort = 443;
    private const string HttpPort = ":80";

    /// <summary>
    /// Docker Hub under its one name, an address as <see cref="IPAddress"/> writes it, and a port only where it is not 443. Text that is no host is
    /// given back.
    /// </summary>
    internal static string Canonical(string host)
    {
        if (!Reference.IsHost(host))
        {
            return host;
        }
        var colon = host.IndexOf(':', host.IndexOf(']', StringComparison.Ordinal) + 1);
        var (name, port) = colon < 0 ? (host, HttpsPort) : (host[..colon], int.Parse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture));
        if (IPAddress.TryParse(name, out var address))
        {
            name = name[0] == '[' ? $"[{address}]" : $"{address}";
        }
        name = port == HttpsPort && DockerHubAliases.Contains(name) ? DockerHub : name;
        return port == HttpsPort ? name : string.Create(CultureInfo.InvariantCulture, $"{name}:{port}");
    }

    /// <summary>
    /// What rules compare: without port 80 too. Whether a registry is talked to without TLS is said beside its name, so that a rule cannot tell, and with
    /// TLS nothing is on that port.
    /// </summary>
    internal static string NameOf(string canonical) => canonical.EndsWith(HttpPort, StringComparison.Ordinal) ? Canonical(canonical[..^HttpPort.Length]) : canonical;
}
