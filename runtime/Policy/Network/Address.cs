using System.Buffers;
using System.Buffers.Binary;
using System.Net;

namespace Tapedeck.Policy.Network;

/// <summary>An IP address as a value. The default is 0.0.0.0, which can never be granted.</summary>
public readonly record struct Address
{
    /// <summary>The longest text of an IPv6 address, with an IPv4 tail.</summary>
    private const int MostCharacters = 45;

    private static readonly SearchValues<char> V6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    private Address(UInt128 bits, bool isV6)
    {
        Bits = bits;
        IsV6 = isV6;
    }

    public bool IsV6 { get; }

    /// <summary>The address in network order; an IPv4 address in the low 32 bits.</summary>
    internal UInt128 Bits { get; }

    internal int Width => IsV6 ? 128 : 32;

    /// <summary>
    /// The address that a packet reaches: IPv4-mapped (<c>::ffff:0:0/96</c>) and NAT64 (<c>64:ff9b::/96</c>) addresses as their IPv4
    /// address, each other one as itself.
    /// </summary>
    public Address Canonical =>
        IsV6 && (EmbeddedAddresses.Mapped.Contains(this) || EmbeddedAddresses.Nat64.Contains(this)) ? V4(Low32(Bits)) : this;

    internal static Address V4(uint bits) => new(bits, isV6: false);

    internal static Address V6(UInt128 bits) => new(bits, isV6: true);

    /// <summary>The address without its scope.</summary>
    public static Address From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var written);
        return written == 4 ? V4(BinaryPrimitives.ReadUInt32BigEndian(bytes)) : V6(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        if (IsV6)
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes, Bits);
            return new IPAddress(bytes);
        }
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Low32(Bits));
        return new IPAddress(bytes[..4]);
    }

    /// <summary>Reads the one common spelling: four decimal numbers without leading zeros, or IPv6 without brackets and zone.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Address address)
    {
        if (text.Contains(':'))
        {
            return TryParseV6(text, out address);
        }
        var strict = IPv4Text.TryParseStrict(text, out var bits);
        address = V4(bits);
        return strict;
    }

    internal static uint Low32(UInt128 bits) => (uint)(bits & uint.MaxValue);

    private static bool TryParseV6(ReadOnlySpan<char> text, out Address address)
    {
        address = default;
        // IPAddress.TryParse also reads zones, brackets and ports; none of them has a place in an address.
        if (text.Length > MostCharacters || text.ContainsAnyExcept(V6Characters) || !IPAddress.TryParse(text, out var parsed))
        {
            return false;
        }
        address = From(parsed);
        return address.IsV6;
    }

    public override string ToString() => ToIPAddress().ToString();
}
