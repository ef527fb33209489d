namespace Tapedeck.Policy.Network;

/// <summary>The IPv4 addresses that an IPv6 address carries. A packet for it may arrive there, so a rule about them is a rule about it.</summary>
internal static class EmbeddedAddresses
{
    /// <summary>IPv4-mapped. <see href="https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2"/></summary>
    internal static readonly AddressRange Mapped = Prefix(0xffff_0000_0000, 96);

    /// <summary>The well-known prefix of NAT64. <see href="https://www.rfc-editor.org/rfc/rfc6052#section-2.1"/></summary>
    internal static readonly AddressRange Nat64 = Prefix((UInt128)0x0064_ff9b_0000_0000 << 64, 96);

    /// <summary>Prefixes of a local NAT64. <see href="https://www.rfc-editor.org/rfc/rfc8215"/></summary>
    internal static readonly AddressRange LocalNat64 = Prefix((UInt128)0x0064_ff9b_0001_0000 << 64, 48);

    /// <summary>IPv4-compatible, deprecated. <see href="https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.1"/></summary>
    private static readonly AddressRange Compatible = Prefix(0, 96);

    /// <summary>IPv4-translated. <see href="https://www.rfc-editor.org/rfc/rfc2765#section-2.1"/></summary>
    private static readonly AddressRange Translated = Prefix((UInt128)0xffff << 48, 96);

    /// <summary>6to4. <see href="https://www.rfc-editor.org/rfc/rfc3056"/></summary>
    private static readonly AddressRange SixToFour = Prefix((UInt128)0x2002 << 112, 16);

    /// <summary>Teredo: the server, and the client with all bits turned. <see href="https://www.rfc-editor.org/rfc/rfc4380#section-4"/></summary>
    private static readonly AddressRange Teredo = Prefix((UInt128)0x2001_0000 << 96, 32);

    /// <summary>What <paramref name="address"/> carries; nothing for an IPv4 address.</summary>
    internal static EmbeddedList Of(Address address)
    {
        var found = new EmbeddedList();
        if (!address.IsV6)
        {
            return found;
        }
        var bits = address.Bits;
        if (Mapped.Contains(address) || Nat64.Contains(address) || Compatible.Contains(address) || Translated.Contains(address))
        {
            found.Add(Slice(bits, 96));
        }
        else if (SixToFour.Contains(address))
        {
            found.Add(Slice(bits, 16));
        }
        else if (Teredo.Contains(address))
        {
            found.Add(Slice(bits, 32));
            found.Add(~Slice(bits, 96));
        }
        else if (LocalNat64.Contains(address))
        {
            AddLocalNat64(ref found, bits);
        }
        AddIsatap(ref found, bits);
        return found;
    }

    /// <summary>The prefix of a local NAT64 has 48, 56, 64 or 96 bits and the address does not tell which, so each place counts.
    /// Byte 8 is skipped. A place whose first byte is zero holds no address. <see href="https://www.rfc-editor.org/rfc/rfc6052#section-2.2"/></summary>
    private static void AddLocalNat64(ref EmbeddedList found, UInt128 bits)
    {
        ReadOnlySpan<uint> places =
        [
            (Slice(bits, 48) & 0xffff_0000) | (Slice(bits, 72) >> 16),
            (Slice(bits, 56) & 0xff00_0000) | (Slice(bits, 72) >> 8),
            Slice(bits, 72),
            Slice(bits, 96),
        ];
        foreach (var place in places)
        {
            if (place >> 24 != 0)
            {
                found.Add(place);
            }
        }
    }

    /// <summary>ISATAP: any prefix, then 0000:5efe or 0200:5efe. <see href="https://www.rfc-editor.org/rfc/rfc5214#section-6.1"/></summary>
    private static void AddIsatap(ref EmbeddedList found, UInt128 bits)
    {
        if ((Slice(bits, 64) & 0xfdff_ffff) == 0x0000_5efe)
        {
            found.Add(Slice(bits, 96));
        }
    }

    private static uint Slice(UInt128 bits, int from) => Address.Low32(bits >> (96 - from));

    private static AddressRange Prefix(UInt128 network, int length) => AddressRange.Trusted(Address.V6(network), length);
}
