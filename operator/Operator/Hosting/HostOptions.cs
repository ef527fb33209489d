namespace Tapedeck.Operator.Hosting;

/// <param name="Workers">Tools at once.</param>
/// <param name="RegistrySlots">Registries at once.</param>
/// <param name="HealthPort">0 for any that is free.</param>
internal sealed record HostOptions(int Workers, int RegistrySlots, int HealthPort);
