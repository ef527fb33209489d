namespace Tapedeck.Wasm;

/// <summary>Why a store cannot be made a <see cref="Snapshot"/>. The ordinary templates go on serving.</summary>
public enum SnapshotRefusal
{
    None,

    /// <summary>A guest called a host function. What the host answered then, such as a time or a random number, would be the same for every later instance.</summary>
    HostWasCalled,

    /// <summary>Guest code of the store is running, or was interrupted, or an instance was refused or trapped at its start: something is half done.</summary>
    NotAtRest,

    /// <summary>A memory or table could not grow for want of room. In another store, or at another time, it may, and a start-up that came to terms with less is not for others.</summary>
    LimitReached,

    /// <summary>The store has no instance.</summary>
    NoInstance,

    /// <summary>A table or global refers to a host object, which belongs to this store alone.</summary>
    HostObject,

    /// <summary>An instance imports a memory, table or global that the host made, or a table or global names a host function that no instance imports.</summary>
    HostState,

    /// <summary>The memories hold more than <see cref="Snapshot.MostContentBytes"/>: no store's limit counts what a snapshot keeps.</summary>
    TooLarge,
}
