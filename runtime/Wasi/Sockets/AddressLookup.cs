using System.Net;

namespace Tapedeck.Wasi.Sockets;

/// <summary>What <c>resolve-address-stream</c> stands for.</summary>
internal sealed class AddressLookup(Task<IPAddress[]> addresses)
{
    private int _next;

    internal Task<IPAddress[]> Addresses => addresses;

    /// <summary>The next address; null after the last.</summary>
    internal SocketErrorCode Next(out IPAddress? address)
    {
        address = null;
        if (!addresses.IsCompleted)
        {
            return SocketErrorCode.WouldBlock;
        }
        if (!addresses.IsCompletedSuccessfully)
        {
            return SocketFailures.CodeOf(addresses.Exception?.InnerException) is var code && code == SocketErrorCode.Unknown ? SocketErrorCode.NameUnresolvable : code;
        }
        while (_next < addresses.Result.Length && address is null)
        {
            var next = addresses.Result[_next++];
            address = next.IsIPv4MappedToIPv6 ? null : next;
        }
        return SocketErrorCode.None;
    }
}
