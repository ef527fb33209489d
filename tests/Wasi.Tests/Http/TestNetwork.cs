using System.Net;
using Tapedeck.Wasi.Calls;

namespace Tapedeck.Wasi.Tests.Http;

/// <summary>
/// A network of names and addresses of the tests' own. The gate sees the addresses that names have here, public ones; what it lets through is led to
/// the server, since loopback itself can never be granted.
/// </summary>
internal sealed class TestNetwork(IPEndPoint server)
{
    internal const string PublicAddress = "93.184.215.14";

    internal Dictionary<string, string[]> Names { get; } = new() { ["api.example.com"] = [PublicAddress] };

    /// <summary>What was connected to, after the gate.</summary>
    internal List<string> Connected { get; } = [];

    /// <summary>What was looked up, after the gate.</summary>
    internal List<string> LookedUp { get; } = [];

    internal WasiOptions Options => new()
    {
        Resolve = name =>
        {
            lock (LookedUp)
            {
                LookedUp.Add(name);
            }
            return Names.TryGetValue(name, out var addresses)
                ? Task.FromResult(Array.ConvertAll(addresses, IPAddress.Parse))
                : Task.FromException<IPAddress[]>(new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostNotFound));
        },
        Connect = (socket, address, token) =>
        {
            lock (Connected)
            {
                Connected.Add(address.ToString());
            }
            // A socket of the family that the address has cannot reach a server of the other one.
            return address.AddressFamily == server.AddressFamily
                ? socket.ConnectAsync(server, token)
                : ValueTask.FromException(new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.NetworkUnreachable));
        },
    };
}
