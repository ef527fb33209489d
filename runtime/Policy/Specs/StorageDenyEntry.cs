using Tapedeck.Policy.Storage;

namespace Tapedeck.Policy.Specs;

/// <summary>An entry of <c>storage.deny</c>: a path with everything below it, a kind of volume, or such volumes at that path.</summary>
public sealed record StorageDenyEntry
{
    public GuestPath? Path { get; init; }

    public VolumeKind? Source { get; init; }

    public StorageAccess Access { get; init; } = StorageAccess.ReadWrite;

    public override string ToString() => Text.Join([("path", Path), ("source", Source), ("access", Access)]);
}
