using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tapedeck.Oci;

/// <summary>
/// The host of a registry. What is asked keeps the port that was written; what is compared, rules and options alike, is in one spelling, so that neither is
/// missed because of how somebody wrote the registry that it names.
/// </summary>
public static class RegistryHost
{
    internal const string DockerHub = "docker.io";
    internal const string DockerHubApi = "registry-1.docker.io";

    private const string HttpsPort = ":443";
    private const string HttpPort = ":80";

    /// <summary>Hosts are equal where their canonical spellings are.</summary>
    public static IEqualityComparer<string> Comparer { get; } = new BySpelling();

    /// <summary>Whether this is a host, perhaps with a port, in lower case.</summary>
    public static bool IsHost(string text)
    {
        var end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        var host = end > 0 ? text[..end] : end < 0 ? text : "";
        var port = text[host.Length..];
        return (IsBracketed(host) || IsDomain(host)) && (port.Length == 0 || IsPort(port));
    }

    /// <summary>
    /// Docker Hub under its one name, an address as <see cref="IPAddress"/> writes it, and a port only where it is not 443. Text that is no host is
    /// given back.
    /// </summary>
    public static string Canonical(string host) =>
        Asked(host) is var asked && IsHost(asked) && asked.EndsWith(HttpsPort, StringComparison.Ordinal) ? asked[..^HttpsPort.Length] : asked;

    /// <summary>The canonical host with the port that was written, also where it is 443: without TLS a host that has none written is asked on port 80.</summary>
    internal static string Asked(string host)
    {
        if (!IsHost(host))
        {
            return host;
        }
        var colon = host.IndexOf(':', host.IndexOf(']', StringComparison.Ordinal) + 1);
        var name = AddressOr(colon < 0 ? host : host[..colon]);
        var port = colon < 0 ? "" : string.Create(CultureInfo.InvariantCulture, $":{int.Parse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture)}");
        return port is "" or HttpsPort && name is DockerHub or DockerHubApi or "index.docker.io" ? DockerHub : name + port;
    }

    /// <summary>
    /// What rules compare: without port 80 too. Whether a registry is talked to without TLS is said beside its name, so that a rule cannot tell, and with
    /// TLS nothing is on that port.
    /// </summary>
    internal static string NameOf(string host) =>
        Canonical(host) is var canonical && canonical.EndsWith(HttpPort, StringComparison.Ordinal) ? Canonical(canonical[..^HttpPort.Length]) : canonical;

    /// <summary>An IPv4 address is that also where it is written as one of IPv6: a connection goes to the same place.</summary>
    private static string AddressOr(string name) =>
        !IPAddress.TryParse(name, out var address) ? name
        : address.IsIPv4MappedToIPv6 ? $"{address.MapToIPv4()}"
        : address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : $"{address}";

    private static bool IsBracketed(string host) => host.StartsWith('[') && !host.Contains('%', StringComparison.Ordinal)
        && IPAddress.TryParse(host.AsSpan(1, host.Length - 2), out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;

    private static bool IsDomain(string host) =>
        host.Length is > 0 and <= 253 && host.Split('.').All(label =>
            label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'));

    private static bool IsPort(string text) =>
        text.Length is >= 2 and <= 6 && text[0] == ':' && text.AsSpan(1) is var digits && !digits.ContainsAnyExceptInRange('0', '9')
        && int.Parse(digits) is > 0 and <= ushort.MaxValue;

    private sealed class BySpelling : IEqualityComparer<string>
    {
        public bool Equals(string? x, string? y) => x is null || y is null ? x == y : Canonical(x) == Canonical(y);

        public int GetHashCode([DisallowNull] string obj) => Canonical(obj).GetHashCode(StringComparison.Ordinal);
    }
}
