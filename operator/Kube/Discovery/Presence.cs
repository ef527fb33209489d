namespace Tapedeck.Kube.Discovery;

/// <summary>Whether a server has a resource.</summary>
public enum Presence
{
    /// <summary>Its group answers, and does not have it.</summary>
    Absent,
    Served,

    /// <summary>Its group is served by another server that does not answer at present: nothing may be concluded.</summary>
    Unknown,
}
