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
    private PulledInput? _input;
    private PushedOutput? _output;
    private bool _isReceivingOver;
    private bool _isSendingOver;

    internal AddressFamily Family => family;

    internal TcpState State { get; private set; }

    internal Socket Socket => _shared.Socket;

    /// <summary>Ready while no attempt to connect is under way, now or later: one pollable does for the life of a socket.</summary>
    internal Pollable Subscribe() => new(() => _connecting.IsCompleted, token => Waiting.For(_connecting, token));

    internal SocketErrorCode StartBind(IPEndPoint local)
    {
        var allowed = state.Gate.Ask(HostRequest.TcpBind(Address.From(local.Address), local.Port)).Allowed;
        if (State != TcpState.Unbound)
        {
            return State == TcpState.BindInProgress ? SocketErrorCode.ConcurrencyConflict : SocketErrorCode.InvalidState;
        }
        if (!SocketAddresses.IsLocal(local, family))
        {
            return SocketErrorCode.InvalidArgument;
        }
        if (!allowed)
        {
            return SocketErrorCode.AccessDenied;
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
            return State is TcpState.ConnectInProgress or TcpState.BindInProgress ? SocketErrorCode.ConcurrencyConflict : SocketErrorCode.InvalidState;
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
        _shared.Grant = state.OpenGrants.Add(Socket.Dispose, request);
        _connecting = Connect(remote);
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
            return _shared.Grant is { IsRevoked: true } ? SocketErrorCode.AccessDenied : SocketFailures.CodeOf(_connecting.Exception?.InnerException);
        }
        State = TcpState.Connected;
        _input = new PulledInput((buffer, token) => Socket.ReceiveAsync(buffer, token), SocketFailures.ErrorOf, _shared.Share().Release);
        _output = new PushedOutput(Send, SocketFailures.ErrorOf, _shared.Share().Release);
        streams = (_input, _output);
        return SocketErrorCode.None;
    }

    /// <summary>Closes the streams of the directions. What was written before is sent before the end of it is told.</summary>
    internal SocketErrorCode Shutdown(SocketShutdown how)
    {
        if (State != TcpState.Connected)
        {
            return SocketErrorCode.InvalidState;
        }
        if (how != SocketShutdown.Send && !_isReceivingOver)
        {
            _isReceivingOver = true;
            _input!.Close();
            EndOf(SocketShutdown.Receive);
        }
        if (how != SocketShutdown.Receive && !_isSendingOver)
        {
            _isSendingOver = true;
            _output!.Close();
            _ = _output.Pending.ContinueWith(_ => EndOf(SocketShutdown.Send), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
        return SocketErrorCode.None;
    }

    public void Dispose() => _shared.Release();

    /// <summary>Fails later and never at once, also where a change of policy has just closed the socket.</summary>
    private async Task Connect(IPEndPoint remote) => await state.Options.Connect(Socket, remote, call);

    /// <summary>A peer that has gone is no failure: the direction is over either way.</summary>
    private void EndOf(SocketShutdown direction) => SocketFailures.Try(() => Socket.Shutdown(direction));

    private async ValueTask Send(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await Socket.SendAsync(bytes, call)..];
        }
    }
}
