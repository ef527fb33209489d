namespace Tapedeck.Policy.Requests;

/// <summary>What is to happen at a path.</summary>
public enum StorageUse
{
    /// <summary>Reading, listing, its attributes.</summary>
    Read,

    /// <summary>Writing, creating, removing, setting attributes.</summary>
    Write,

    /// <summary>Giving what is there another path, by renaming or linking: read and write, for everything below it as well.</summary>
    Move,
}
