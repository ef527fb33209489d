using System.Net;
using System.Net.Sockets;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Requests;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasi.Sockets;

namespace Tapedeck.Wasi.Http;

/// <summary>
/// Connects for a request that the gate allowed: resolves its host once, asks the gate about each address, and connects to those that it allows and to no
/// other. What is resolved and connected to comes from the request, not from the guest's text.
/// </summary>
internal sealed class Dialer(WasiState state, HostRequest request)
{
    private const int MostAddresses = 16;

    /// <exception cref="HttpFailure">No address is allowed.</exception>
    /// <exception cref="SocketException">None can be reached.</exception>
    internal async ValueTask<Stream> Connect(CancellationToken cancellationToken)
    {
        Exception? failure = null;
        foreach (var address in await Addresses(cancellationToken))
        {
            var asked = request.To(Address.From(address));
            if (!state.Gate.Ask(asked).Allowed)
            {
                failure ??= new HttpFailure(HttpErrorCode.DestinationIPProhibited);
                continue;
            }
            var shared = SharedSocket.Tcp(state.Options.Handles, address.AddressFamily);
            Connection? connection = null;
            try
            {
                await state.Options.Connect(shared.Socket, new IPEndPoint(address, request.Port), cancellationToken);
                shared.Grant = state.OpenGrants.Add(shared.Socket.Dispose, asked);
                return connection = new Connection(shared);
            }
            catch (SocketException e)
            {
                failure = e;
            }
            finally
            {
                // Whatever came between, the socket is given back.
                if (connection is null)
                {
                    shared.Release();
                }
            }
        }
        throw failure ?? new HttpFailure(HttpErrorCode.DnsError);
    }

    private async Task<IEnumerable<IPAddress>> Addresses(CancellationToken cancellationToken)
    {
        if (request.Address is { } literal)
        {
            return [literal.ToIPAddress()];
        }
        var resolved = await state.Resolve(request.Host.Value, cancellationToken);
        return resolved.Take(MostAddresses);
    }
}
