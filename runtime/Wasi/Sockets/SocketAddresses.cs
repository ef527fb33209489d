using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;

namespace Tapedeck.Wasi.Sockets;

/// <summary>Addresses, to and from WIT, and which of them can be used for what.</summary>
internal static class SocketAddresses
{
    internal static IPEndPoint From(WitValue address)
    {
        var record = address.CaseValue!.Value;
        var ip = record["address"];
        if (address.CaseIndex == 0)
        {
            return new IPEndPoint(new IPAddress([.. Enumerable.Range(0, 4).Select(index => ip[index].AsU8())]), record["port"].AsU16());
        }
        Span<byte> bytes = stackalloc byte[16];
        for (var index = 0; index < 8; index++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes[(2 * index)..], ip[index].AsU16());
        }
        // A scope names an interface of the host; link-local addresses can never be granted, so there is no use for one.
        return new IPEndPoint(new IPAddress(bytes), record["port"].AsU16());
    }

    internal static WitValue Of(IPEndPoint endpoint)
    {
        var type = (VariantType)Network.Names["ip-socket-address"];
        var isV6 = endpoint.AddressFamily == AddressFamily.InterNetworkV6;
        var record = (RecordType)type.Cases[isV6 ? 1 : 0].Type!;
        var ip = Of(endpoint.Address).CaseValue!.Value;
        return WitValue.Case(type, isV6 ? 1 : 0, isV6
            ? WitValue.Record(record, WitValue.U16((ushort)endpoint.Port), WitValue.U32(0), ip, WitValue.U32(0))
            : WitValue.Record(record, WitValue.U16((ushort)endpoint.Port), ip));
    }

    /// <summary>As <c>ip-address</c>.</summary>
    internal static WitValue Of(IPAddress address)
    {
        var type = (VariantType)Network.Names["ip-address"];
        var bytes = address.GetAddressBytes();
        return bytes.Length == 4
            ? WitValue.Case(type, 0, WitValue.Tuple((TupleType)type.Cases[0].Type!, Array.ConvertAll(bytes, WitValue.U8)))
            : WitValue.Case(type, 1, WitValue.Tuple((TupleType)type.Cases[1].Type!,
                [.. Enumerable.Range(0, 8).Select(index => WitValue.U16(BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(2 * index))))]));
    }

    /// <summary>True for an address of the family, of one host, and not an IPv4 address in the guise of IPv6.</summary>
    internal static bool IsLocal(IPEndPoint address, AddressFamily family) =>
        address.AddressFamily == family && !address.Address.IsIPv4MappedToIPv6 && !IsGroup(address.Address);

    /// <summary>The same, and one that can be connected or sent to.</summary>
    internal static bool IsRemote(IPEndPoint address, AddressFamily family) =>
        IsLocal(address, family) && address.Port != 0 && !address.Address.Equals(IPAddress.Any) && !address.Address.Equals(IPAddress.IPv6Any);

    private static bool IsGroup(IPAddress address) =>
        address.IsIPv6Multicast || (address.AddressFamily == AddressFamily.InterNetwork && (address.GetAddressBytes()[0] is >= 224 and < 240 || address.Equals(IPAddress.Broadcast)));
}
