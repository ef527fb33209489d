namespace Tapedeck.Policy.Network;

/// <summary>What is known of an address before any rule is asked.</summary>
internal struct AddressFacts
{
    /// <summary>As it was given.</summary>
    internal Address Address;

    /// <summary>Where its packets arrive.</summary>
    internal Address Canonical;

    /// <summary>The IPv4 addresses that it carries.</summary>
    internal EmbeddedList Embedded;

    internal AddressClass Class;

    /// <summary>Why it is of that class, such as "loopback".</summary>
    internal string Kind;

    /// <summary>The narrowest range that is not public and holds <see cref="Canonical"/>; null where no such range does.</summary>
    internal AddressRange? Narrowest;

    /// <summary>True where <paramref name="range"/> holds this address in any of its spellings. For denials: any will do.</summary>
    internal readonly bool IsTouchedBy(in AddressRange range)
    {
        if (range.Contains(Address) || range.Contains(Canonical))
        {
            return true;
        }
        for (var index = 0; index < Embedded.Count; index++)
        {
            if (range.Contains(Embedded[index]))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>True where <paramref name="range"/> holds this address itself. For grants: a tunnel's inside does not count, nor does an IPv4 address's guise.</summary>
    internal readonly bool IsInside(in AddressRange range)
        => range.Contains(Canonical) || (range.Contains(Address) && !EmbeddedAddresses.Mapped.Contains(Address));

    /// <summary>True where a rule about <paramref name="range"/> speaks of this private address's own range and no more.</summary>
    internal readonly bool IsOpenedBy(in AddressRange range) => Narrowest is { } narrowest && narrowest.Contains(range);
}
