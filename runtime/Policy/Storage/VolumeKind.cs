namespace Tapedeck.Policy.Storage;

/// <summary>Where the files of a volume come from. There is no hostPath.</summary>
public enum VolumeKind
{
    EmptyDir,
    PersistentVolumeClaim,
    ConfigMap,
    Secret,
}
