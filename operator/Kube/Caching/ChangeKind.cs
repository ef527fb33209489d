namespace Tapedeck.Kube.Caching;

/// <summary>What happened to an object, as the store saw it.</summary>
public enum ChangeKind
{
    Added,
    Updated,
    Deleted,
}
