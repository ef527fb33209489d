using Tapedeck.Policy.Network;

namespace Tapedeck.Operator;

/// <summary>A host that the installer names for a registry.</summary>
/// <param name="Registry">Host, with its port where it is not the usual one.</param>
internal sealed record RegistryHost(string Registry, string Host)
{
    /// <summary>REGISTRY=HOST.</summary>
    internal static RegistryHost? Parse(string text, bool mayHavePort) =>
        text.Split('=', 2) is [var registry, var host]
        && Authority.TryParse(registry, out _) && Authority.TryParse(host, out var authority) && (mayHavePort || authority.Port is null)
            ? new RegistryHost(registry, host)
            : null;

    public override string ToString() => $"{Registry}={Host}";
}
