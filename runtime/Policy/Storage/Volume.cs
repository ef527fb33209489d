using Tapedeck.Policy.Limits;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Storage;

/// <summary>A volume of the pod. On a laptop <c>--volume name=DIR</c> stands in for its source.</summary>
/// <param name="Name">Its name in the pod.</param>
/// <param name="Source">The name of the claim, ConfigMap or Secret; empty for an emptyDir.</param>
/// <param name="SizeLimit">Bytes of an emptyDir; 0 for the others.</param>
public sealed record Volume(string Name, VolumeKind Kind, string Source, long SizeLimit)
{
    /// <summary>Kubernetes mounts ConfigMaps and Secrets read-only.</summary>
    public bool CanBeWritten => Kind is VolumeKind.EmptyDir or VolumeKind.PersistentVolumeClaim;

    public override string ToString() => $"{Name} {Text.Words(Kind)}={(Kind == VolumeKind.EmptyDir ? Quantity.Format(SizeLimit) : Source)}";
}
