using System.Net;
using System.Net.Sockets;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Requests;
using Tapedeck.Wasi.Calls;

namespace Tapedeck.Wasi.Sockets;

/// <summary>What <c>udp-socket</c> stands for.</summary>
internal sealed class UdpSocket : IDisposable
{
    private readonly SharedSocket _shared;
    private IPEndPoint? _binding;
    private bool _isBound;

    internal UdpSocket(WasiState state, AddressFamily family)
    {
        State = state;
        Family = family;
        _shared = SharedSocket.Udp(state.Options.Handles, family);
    }

    internal WasiState State { get; }

    internal AddressFamily Family { get; }

    internal Socket Socket => _shared.Socket;

    internal bool IsBound => _isBound;

    /// <summary>The streams that were made last: those before are out of use.</summary>
    internal (DatagramInput? Input, DatagramOutput? Output) Streams { get; private set; }

    /// <summary>The one peer that the streams are about; null for all.</summary>
    internal IPEndPoint? Remote { get; private set; }

    internal SocketErrorCode StartBind(IPEndPoint local)
    {
        var allowed = State.Gate.Ask(HostRequest.UdpBind(Address.From(local.Address), local.Port)).Allowed;
        if (_isBound || _binding is not null)
        {
            return _isBound ? SocketErrorCode.InvalidState : SocketErrorCode.ConcurrencyConflict;
        }
        if (!SocketAddresses.IsLocal(local, Family))
        {
            return SocketErrorCode.InvalidArgument;
        }
        if (!allowed)
        {
            return SocketErrorCode.AccessDenied;
        }
        _binding = local;
        return SocketErrorCode.None;
    }

    internal SocketErrorCode FinishBind()
    {
        if (_binding is not { } local)
        {
            return SocketErrorCode.NotInProgress;
        }
        _binding = null;
        var code = SocketFailures.Try(() => Socket.Bind(local));
        _isBound = code == SocketErrorCode.None;
        return code;
    }

    internal SocketErrorCode Stream(IPEndPoint? remote, out (DatagramInput Input, DatagramOutput Output) streams)
    {
        streams = default;
        if (!_isBound)
        {
            return SocketErrorCode.InvalidState;
        }
        if (remote is not null)
        {
            if (!SocketAddresses.IsRemote(remote, Family))
            {
                return SocketErrorCode.InvalidArgument;
            }
            if (!MaySend(remote))
            {
                return SocketErrorCode.AccessDenied;
            }
        }
        Remote = remote;
        Streams = streams = (new DatagramInput(this, _shared.Share()), new DatagramOutput(this, _shared.Share()));
        return SocketErrorCode.None;
    }

    /// <summary>Asks the gate, for each datagram anew: there is no connection that could be closed when a grant goes.</summary>
    internal bool MaySend(IPEndPoint remote)
    {
        var address = Address.From(remote.Address);
        return State.Gate.Ask(HostRequest.UdpSend(address, remote.Port, State.Names.Of(address))).Allowed;
    }

    /// <summary>Whether a datagram is shown to the guest.</summary>
    internal bool MayReceive(IPEndPoint remote)
    {
        var address = Address.From(remote.Address);
        return (Remote is null || Remote.Equals(remote)) && State.Gate.Ask(HostRequest.UdpReceive(address, remote.Port, State.Names.Of(address))).Allowed;
    }

    public void Dispose() => _shared.Release();
}
