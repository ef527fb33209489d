using System.Net;
using System.Net.Sockets;
using Tapedeck.Wasi.Io;

namespace Tapedeck.Wasi.Sockets;

/// <summary>What <c>incoming-datagram-stream</c> stands for.</summary>
internal sealed class DatagramInput(UdpSocket socket, SharedSocket shared) : IDisposable
{
    private const int MostBytes = 64 << 10;

    /// <summary>The most datagrams of one call, so that the list has a bound of the host's.</summary>
    private const int MostDatagrams = 64;

    private readonly byte[] _buffer = new byte[MostBytes];

    /// <summary>Datagrams that are there and that the gate lets the guest see. The others are dropped.</summary>
    internal SocketErrorCode Receive(ulong most, out List<(byte[] Data, IPEndPoint Remote)> datagrams)
    {
        var received = new List<(byte[], IPEndPoint)>();
        datagrams = received;
        if (!IsInUse)
        {
            return SocketErrorCode.InvalidState;
        }
        var code = SocketFailures.Try(() =>
        {
            for (var looked = 0; looked < MostDatagrams && (ulong)received.Count < most && shared.Socket.Poll(0, SelectMode.SelectRead); looked++)
            {
                EndPoint from = new IPEndPoint(socket.Family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
                var length = shared.Socket.ReceiveFrom(_buffer, ref from);
                if (socket.MayReceive((IPEndPoint)from))
                {
                    received.Add((_buffer.AsSpan(0, length).ToArray(), (IPEndPoint)from));
                }
            }
        });
        return received.Count > 0 || code == SocketErrorCode.WouldBlock ? SocketErrorCode.None : code;
    }

    internal Pollable Subscribe() => new(IsReady, WhenReady);

    public void Dispose() => shared.Release();

    private bool IsInUse => socket.Streams.Input == this;

    private bool IsReady()
    {
        var ready = !IsInUse;
        return ready || SocketFailures.Try(() => ready = shared.Socket.Poll(0, SelectMode.SelectRead)) != SocketErrorCode.None || ready;
    }

    private async ValueTask WhenReady(CancellationToken cancellationToken)
    {
        try
        {
            await shared.Socket.ReceiveAsync(new byte[1], SocketFlags.Peek, cancellationToken);
        }
        catch (SocketException)
        {
            // An error is something to tell of as well: the next receive does.
        }
    }
}
