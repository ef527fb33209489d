using System.Net;

namespace Tapedeck.Wasi.Sockets;

/// <summary>What <c>resolve-address-stream</c> stands for.</summary>
internal sealed class AddressLookup : IDisposable
{
    private readonly CancellationTokenSource _dropped;
    private readonly Task<IPAddress[]> _addresses;
    private int _next;

    /// <param name="lookUp">Looks up, until it is told that nobody waits any more.</param>
    internal AddressLookup(Func<CancellationToken, Task<IPAddress[]>> lookUp, CancellationToken call)
    {
        _dropped = CancellationTokenSource.CreateLinkedTokenSource(call);
        _addresses = lookUp(_dropped.Token);
    }

    internal Task<IPAddress[]> Addresses => _addresses;

    /// <summary>The next address; null after the last.</summary>
    internal SocketErrorCode Next(out IPAddress? address)
    {
        address = null;
        if (!_addresses.IsCompleted)
        {
            return SocketErrorCode.WouldBlock;
        }
        if (!_addresses.IsCompletedSuccessfully)
        {
            return SocketFailures.CodeOf(_addresses.Exception?.InnerException) is var code && code == SocketErrorCode.Unknown ? SocketErrorCode.NameUnresolvable : code;
        }
        while (_next < _addresses.Result.Length && address is null)
        {
            var next = _addresses.Result[_next++];
            address = next.IsIPv4MappedToIPv6 ? null : next;
        }
        return SocketErrorCode.None;
    }

    public void Dispose()
    {
        _dropped.Cancel();
        _dropped.Dispose();
    }
}
