namespace Tapedeck.Kube.Leasing;

/// <summary>Why leading ended.</summary>
public enum LeadershipEnd
{
    /// <summary>It was asked to stop; the lease is released.</summary>
    Stopped,

    /// <summary>The lease could not be renewed, or somebody else has it. The process should end: its caches and its work belong to a leader.</summary>
    Lost,

    /// <summary>The work of the leader ended by itself; the lease is released.</summary>
    Finished,
}
