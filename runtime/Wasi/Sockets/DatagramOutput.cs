using System.Net;
using System.Net.Sockets;
using Tapedeck.Wasi.Io;
using Tapedeck.Wasm;

namespace Tapedeck.Wasi.Sockets;

/// <summary>What <c>outgoing-datagram-stream</c> stands for.</summary>
internal sealed class DatagramOutput(UdpSocket socket, SharedSocket shared) : IDisposable
{
    private const int MostDatagrams = 64;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly HashSet<IPEndPoint> _known = [];
    private int? _permit;

    internal SocketErrorCode CheckSend(out int permit)
    {
        permit = MostDatagrams;
        _permit = IsInUse ? permit : null;
        return IsInUse ? SocketErrorCode.None : SocketErrorCode.InvalidState;
    }

    /// <summary>Sends what can be sent at once. The error of the first one that cannot, if nothing was sent before it.</summary>
    internal SocketErrorCode Send(IReadOnlyList<(ReadOnlyMemory<byte> Data, IPEndPoint? Remote)> datagrams, out int sent)
    {
        if (_permit is not { } permit || datagrams.Count > permit)
        {
            throw new TrapException("more datagrams than check-send permitted");
        }
        _permit = null;
        sent = 0;
        if (!IsInUse)
        {
            return SocketErrorCode.InvalidState;
        }
        foreach (var (data, remote) in datagrams)
        {
            var code = Send(data, remote);
            if (code != SocketErrorCode.None)
            {
                return sent > 0 || code == SocketErrorCode.WouldBlock ? SocketErrorCode.None : code;
            }
            sent++;
        }
        return SocketErrorCode.None;
    }

    internal Pollable Subscribe() => new(IsReady, WhenReady);

    public void Dispose() => shared.Release();

    private SocketErrorCode Send(ReadOnlyMemory<byte> data, IPEndPoint? remote)
    {
        if ((remote ?? socket.Remote) is not { } target || (socket.Remote is { } only && !only.Equals(target)) || !SocketAddresses.IsRemote(target, socket.Family))
        {
            return SocketErrorCode.InvalidArgument;
        }
        if (!socket.MaySend(target))
        {
            return SocketErrorCode.AccessDenied;
        }
        // Each peer counts as a connection does.
        if (!_known.Contains(target) && !socket.State.TryTakeRequest())
        {
            return SocketErrorCode.NewSocketLimit;
        }
        _known.Add(target);
        return SocketFailures.Try(() => shared.Socket.SendTo(data.Span, SocketFlags.None, target));
    }

    // A datagram leaves, or the kernel has no room for a moment; .NET has no way to be told when it has.
    private async ValueTask WhenReady(CancellationToken cancellationToken) => await Task.Delay(Pause, socket.State.Time, cancellationToken);

    private bool IsInUse => socket.Streams.Output == this;

    private bool IsReady()
    {
        var ready = false;
        return SocketFailures.Try(() => ready = shared.Socket.Poll(0, SelectMode.SelectWrite)) != SocketErrorCode.None || ready;
    }
}
