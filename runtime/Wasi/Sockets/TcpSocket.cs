using System.Net;
using System.Net.Sockets;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Requests;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasi.Io;

namespace Tapedeck.Wasi.Sockets;

/// <summary>What <c>tcp-socket</c> stands for: a client's socket. There are no servers, since nothing can grant one.</summary>
internal sealed class TcpSocket(WasiState state, AddressFamily family, CancellationToken call) : IDisposable
{
    private readonly SharedSocket _shared = SharedSocket.Tcp(state.Options.Handles, family);
    private Task _connecting = Task.CompletedTask;
    private IPEndPoint? _binding;
    private OpenGrant? _grant;

    internal AddressFamily Family => family;

    internal TcpState State { get; private set; }

    internal Socket Socket => _shared.Socket;

    /// <summary>Ready when an attempt to connect is over; else always.</summary>
    internal Pollable Subscribe() => Pollable.Of(_connecting);

    internal SocketErrorCode StartBind(IPEndPoint local)
    {
        if (!state.Gate.Ask(HostRequest.TcpBind(Address.From(local.Address), local.Port)).Allowed)
        {
            return SocketErrorCode.AccessDenied;
        }
        if (State != TcpState.Unbound)
        {
            return State == TcpState.BindInProgress ? SocketErrorCode.ConcurrencyConflict : SocketErrorCode.InvalidState;
        }
        if (!SocketAddresses.IsLocal(local, family))
        {
            return SocketErrorCode.InvalidArgument;
        }
        _binding = local;
        State = TcpState.BindInProgress;
        return SocketErrorCode.None;
    }

    internal SocketErrorCode FinishBind()
    {
        if (State != TcpState.BindInProgress)
        {
            return SocketErrorCode.NotInProgress;
        }
        var code = SocketFailures.Try(() => Socket.Bind(_binding!));
        State = code == SocketErrorCode.None ? TcpState.Bound : TcpState.Unbound;
        return code;
    }

    internal SocketErrorCode StartConnect(IPEndPoint remote)
    {
        var address = Address.From(remote.Address);
        var request = HostRequest.TcpConnect(address, remote.Port, state.Names.Of(address));
        var allowed = state.Gate.Ask(request).Allowed;
        if (State is not (TcpState.Unbound or TcpState.Bound))
        {
            return State == TcpState.ConnectInProgress ? SocketErrorCode.ConcurrencyConflict : SocketErrorCode.InvalidState;
        }
        if (!SocketAddresses.IsRemote(remote, family))
        {
            return SocketErrorCode.InvalidArgument;
        }
        if (!allowed)
        {
            return SocketErrorCode.AccessDenied;
        }
        if (!state.TryTakeRequest())
        {
            return SocketErrorCode.NewSocketLimit;
        }
        State = TcpState.ConnectInProgress;
        _grant = state.OpenGrants.Add(Socket.Dispose, request);
        _connecting = state.Options.Connect(Socket, remote, call).AsTask();
        return SocketErrorCode.None;
    }

    internal SocketErrorCode FinishConnect(out (InputStream Input, OutputStream Output) streams)
    {
        streams = default;
        if (State != TcpState.ConnectInProgress)
        {
            return SocketErrorCode.NotInProgress;
        }
        if (!_connecting.IsCompleted)
        {
            return SocketErrorCode.WouldBlock;
        }
        if (!_connecting.IsCompletedSuccessfully)
        {
            State = TcpState.Closed;
            return _grant is { IsRevoked: true } ? SocketErrorCode.AccessDenied : SocketFailures.CodeOf(_connecting.Exception?.InnerException);
        }
        State = TcpState.Connected;
        streams = (
            new PulledInput((buffer, token) => Socket.ReceiveAsync(buffer, token), SocketFailures.ErrorOf, _shared.Share().Release),
            new PushedOutput(Send, SocketFailures.ErrorOf, _shared.Share().Release));
        return SocketErrorCode.None;
    }

    internal SocketErrorCode Shutdown(SocketShutdown how) =>
        State == TcpState.Connected ? SocketFailures.Try(() => Socket.Shutdown(how)) : SocketErrorCode.InvalidState;

    public void Dispose()
    {
        _grant?.Dispose();
        _shared.Release();
    }

    private async ValueTask Send(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await Socket.SendAsync(bytes, call)..];
        }
    }
}
