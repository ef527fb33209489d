namespace Tapedeck.Policy.Specs;

/// <summary>What becomes of a request that no rule allows.</summary>
public enum PolicyMode
{
    /// <summary>It is denied.</summary>
    Enforce,

    /// <summary>It happens, and is reported as one that would be denied. Denials, ceilings and what is never grantable stay as they are.</summary>
    Audit,
}
