namespace Tapedeck.Policy;

/// <summary>What becomes of a request.</summary>
public enum Verdict
{
    Denied,
    Allowed,

    /// <summary>Allowed, since every policy of the tool is in audit mode; a policy that enforces would deny it.</summary>
    WouldDeny,
}
