using Tapedeck.Policy.Network;

namespace Tapedeck.Operator;

/// <summary>A host that the installer names for a registry.</summary>
/// <param name="Registry">Host, perhaps with its port, in any spelling.</param>
internal sealed record RegistryHost(string Registry, string Host)
{
    /// <summary>As <see cref="Manifest.Specs.OciSource.Registry"/> spells it, with which it is compared.</summary>
    public string Registry { get; } = Oci.RegistryHost.Canonical(Registry);

    /// <summary>REGISTRY=HOST.</summary>
    internal static RegistryHost? Parse(string text, bool mayHavePort) =>
        text.Split('=', 2) is [var registry, var host]
        && Oci.RegistryHost.IsHost(registry) && Authority.TryParse(host, out var authority) && (mayHavePort || authority.Port is null)
            ? new RegistryHost(registry, host)
            : null;

    public override string ToString() => $"{Registry}={Host}";
}
