using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Tapedeck.Oci.Network;

/// <summary>An IPv6 address may carry an IPv4 address that its packets arrive at. Whatever is carried is judged as well.</summary>
internal static class EmbeddedAddresses
{
    /// <summary>
    /// The address, and each IPv4 address inside it: mapped, compatible and translated (RFC 4291, RFC 2765), NAT64 (RFC 6052), 6to4 (RFC 3056),
    /// Teredo (RFC 4380) and ISATAP (RFC 5214). A mapped address is the IPv4 address and nothing else.
    /// </summary>
    internal static IEnumerable<IPAddress> Of(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return [address];
        }
        if (address.IsIPv4MappedToIPv6)
        {
            return [address.MapToIPv4()];
        }
        return [new IPAddress(address.GetAddressBytes()), .. Inside(address.GetAddressBytes())];
    }

    private static IEnumerable<IPAddress> Inside(byte[] bytes)
    {
        var high = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        var middle = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(8));
        // ::/96 holds "unspecified" and loopback as well, which have rows of their own.
        if ((high == 0 && middle is 0 or 0xffff0000 && bytes.AsSpan(12).IndexOfAnyExcept((byte)0) is 0) || (high == 0x0064_ff9b_0000_0000 && middle == 0))
        {
            yield return V4(bytes, 12);
        }
        if (high >> 48 == 0x2002)
        {
            yield return V4(bytes, 2);
        }
        if (high >> 32 == 0x2001_0000)
        {
            yield return V4(bytes, 4);
            yield return V4([.. bytes.Select(b => (byte)(b ^ 0xff))], 12);
        }
        if ((middle & 0xfdff_ffff) == 0x0000_5efe)
        {
            yield return V4(bytes, 12);
        }
    }

    private static IPAddress V4(byte[] bytes, int from) => new(bytes.AsSpan(from, 4));
}
