namespace Tapedeck.Kube.Client;

/// <summary>What becomes of an object's dependents when it is deleted.
/// <see href="https://kubernetes.io/docs/concepts/architecture/garbage-collection/#cascading-deletion"/></summary>
public enum Propagation
{
    /// <summary>The object goes, then they.</summary>
    Background,

    /// <summary>They go, then the object.</summary>
    Foreground,

    /// <summary>They stay.</summary>
    Orphan,
}
