namespace Tapedeck.Policy;

/// <summary>Why a request was allowed or denied.</summary>
public enum DecisionReason
{
    /// <summary>No rule allows it. The only reason, with <see cref="ReadOnly"/>, that audit mode softens.</summary>
    NoRule,

    /// <summary>A rule allows it.</summary>
    Granted,

    /// <summary>Reading is allowed, and writing is not.</summary>
    ReadOnly,
    DeniedByPolicy,
    DeniedByCeiling,

    /// <summary>Loopback, metadata and the like: no rule can allow it.</summary>
    NeverGrantable,

    /// <summary>The request cannot be understood.</summary>
    Malformed,

    /// <summary>The path leaves its preopen.</summary>
    OutsideRoot,
}
