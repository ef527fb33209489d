namespace Tapedeck.Kube.Client;

/// <summary>What happened to the object of a <see cref="WatchEvent"/>.</summary>
public enum WatchEventKind
{
    Added,
    Modified,
    Deleted,

    /// <summary>Nothing: the server tells how far it has come.</summary>
    Bookmark,
}
