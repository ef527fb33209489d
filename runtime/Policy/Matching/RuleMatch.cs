namespace Tapedeck.Policy.Matching;

/// <summary>Whether a rule speaks of a request; if not, the first thing in which they differ.</summary>
internal enum RuleMatch
{
    Matches,
    Protocol,
    Host,
    Address,

    /// <summary>The address is private, and the rule has no cidr.</summary>
    NeedsCidr,

    /// <summary>The address is private, and the rule's cidr is not inside its range.</summary>
    CidrIsTooWide,

    /// <summary>The rule has a cidr, and the address is not known yet.</summary>
    NotResolved,
    Port,
    Scheme,
    Method,
    Path,
}
