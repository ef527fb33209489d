using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;

namespace Tapedeck.Oci.Registries;

/// <summary>What the installer says of one registry.</summary>
public sealed record RegistryOptions
{
    /// <summary>Nothing said.</summary>
    public static RegistryOptions Default { get; } = new();

    /// <summary>Talk without TLS. Never assumed, also not for localhost.</summary>
    public bool PlainHttp { get; init; }

    /// <summary>Certificate authorities that are trusted for this registry, besides those of the system.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>The certificate, with its key, by which this registry knows us. Shown to no other host.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>
    /// Hosts whose token server may see this registry's login, besides the registry's own host and those below it. A challenge can name any
    /// host, and a login is not sent to a host because a registry says so.
    /// </summary>
    public ImmutableArray<string> TokenHosts { get; init; } = [];

    /// <summary>Asked first, in this order; the registry itself is asked last.</summary>
    public ImmutableArray<Mirror> Mirrors { get; init; } = [];
}
