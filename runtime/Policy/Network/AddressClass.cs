namespace Tapedeck.Policy.Network;

/// <summary>What it takes to reach an address; the later, the more.</summary>
public enum AddressClass
{
    /// <summary>A rule with a matching host or cidr.</summary>
    Public,

    /// <summary>A rule whose cidr lies inside the private range of the address.</summary>
    Private,

    /// <summary>Nothing opens it.</summary>
    NeverGrantable,
}
