using System.Net;
using System.Net.Sockets;

namespace Tapedeck.Oci.Network;

/// <summary>Resolves a name once, checks each address, and connects to an address that was checked: what is judged is what is used.</summary>
/// <param name="resolve">Name to addresses; a literal address resolves to itself.</param>
internal sealed class Dialer(AddressRules rules, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    /// <exception cref="AddressRefusedException">No address of the host may be connected to.</exception>
    internal async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host.Trim('[', ']');
        var addresses = await resolve(host, cancellationToken);
        var allowed = addresses.Where(address => rules.Refusal(host, address) is null).ToArray();
        if (allowed.Length == 0 && addresses.Length > 0)
        {
            throw new AddressRefusedException(host, rules.Refusal(host, addresses[0])!);
        }
        return await Open(allowed, context.DnsEndPoint.Port, cancellationToken);
    }

    /// <summary>Connects without rules: for a proxy, which the installer named.</summary>
    internal async ValueTask<Stream> ConnectToProxy(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
        await Open(await resolve(context.DnsEndPoint.Host.Trim('[', ']'), cancellationToken), context.DnsEndPoint.Port, cancellationToken);

    /// <summary>Null where a proxy may be asked for the host. The proxy resolves names, so only literal addresses and localhost can be judged here.</summary>
    internal AddressRefusedException? RefusalThroughProxy(string host) =>
        (IPAddress.TryParse(host.Trim('[', ']'), out var address) ? address : IsLocal(host) ? IPAddress.Loopback : null) is { } known
            && rules.Refusal(host.Trim('[', ']'), known) is { } kind
            ? new AddressRefusedException(host, kind)
            : null;

    private static bool IsLocal(string host) => host is "localhost" || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    private static async Task<Stream> Open(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // The array overload tries one address after the other.
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
