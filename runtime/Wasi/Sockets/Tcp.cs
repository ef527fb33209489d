using System.Net.Sockets;
using Tapedeck.Components;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Policy.Requests;
using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasi.Io;

namespace Tapedeck.Wasi.Sockets;

/// <summary><see href="https://github.com/WebAssembly/wasi-sockets/blob/main/wit/tcp.wit"><c>wasi:sockets/tcp</c></see>.</summary>
internal static class Tcp
{
    /// <summary>The most that a buffer may be asked to be; the kernel has a limit of its own.</summary>
    private const int MostBufferBytes = 4 << 20;

    internal static readonly HostResource Resource = Resources.Owned("tcp-socket");

    private static readonly WitScope Names = Network.Use()
        .Resource("tcp-socket", Resource)
        .Resource("input-stream", Streams.InputStream)
        .Resource("output-stream", Streams.OutputStream)
        .Define("type duration = u64 enum shutdown-type { receive, send, both } type streams = tuple<input-stream, output-stream>");

    internal static WasiInterface Make()
    {
        var tcp = new WasiInterface("wasi:sockets/tcp@0.2.12", Names, Resource);
        AddStates(tcp);
        AddFacts(tcp);
        AddKeepAlive(tcp);
        AddBuffers(tcp);
        return tcp;
    }

    private static void AddStates(WasiInterface tcp) => tcp
        .Result<TcpSocket, object, WitValue>("[method]tcp-socket.start-bind", "func(network: borrow<network>, local-address: ip-socket-address) -> result<_, error-code>", static (_, socket, _, address) =>
            SocketFailures.Answer(socket.StartBind(SocketAddresses.From(address))))
        .Result<TcpSocket>("[method]tcp-socket.finish-bind", "func() -> result<_, error-code>", static (_, socket) => SocketFailures.Answer(socket.FinishBind()))
        .Result<TcpSocket, object, WitValue>("[method]tcp-socket.start-connect", "func(network: borrow<network>, remote-address: ip-socket-address) -> result<_, error-code>", static (_, socket, _, address) =>
            SocketFailures.Answer(socket.StartConnect(SocketAddresses.From(address))))
        .Result<TcpSocket>("[method]tcp-socket.finish-connect", "func() -> result<tuple<input-stream, output-stream>, error-code>", static (_, socket) =>
            socket.FinishConnect(out var streams) is var code && code != SocketErrorCode.None ? Answer.Error((int)code) : Answer.Ok(WitValue.Tuple(
                (TupleType)Names["streams"], WitValue.Handle(Streams.InputStream.Own, streams.Input), WitValue.Handle(Streams.OutputStream.Own, streams.Output))))
        .Result<TcpSocket>("[method]tcp-socket.start-listen", "func() -> result<_, error-code>", static (call, _) =>
            // Nothing can grant a server, so beyond the question there is nothing to do.
            Answer.Error((int)(call.State<WasiState>().Gate.Ask(HostRequest.TcpListen()).Allowed ? SocketErrorCode.NotSupported : SocketErrorCode.AccessDenied)))
        .Result<TcpSocket>("[method]tcp-socket.finish-listen", "func() -> result<_, error-code>", static (_, _) => Answer.Error((int)SocketErrorCode.NotInProgress))
        .Result<TcpSocket>("[method]tcp-socket.accept", "func() -> result<tuple<tcp-socket, input-stream, output-stream>, error-code>", static (_, _) => Answer.Error((int)SocketErrorCode.InvalidState))
        .Result<TcpSocket, WitValue>("[method]tcp-socket.shutdown", "func(shutdown-type: shutdown-type) -> result<_, error-code>", static (_, socket, how) =>
            SocketFailures.Answer(socket.Shutdown((SocketShutdown)how.CaseIndex)))
        .Func<TcpSocket, Pollable>("[method]tcp-socket.subscribe", "func() -> pollable", static (_, socket) => socket.Subscribe());

    private static void AddFacts(WasiInterface tcp) => tcp
        .Result<TcpSocket>("[method]tcp-socket.local-address", "func() -> result<ip-socket-address, error-code>", static (_, socket) =>
            SocketOptions.Address(() => socket.State is TcpState.Bound or TcpState.ConnectInProgress or TcpState.Connected ? socket.Socket.LocalEndPoint : null))
        .Result<TcpSocket>("[method]tcp-socket.remote-address", "func() -> result<ip-socket-address, error-code>", static (_, socket) =>
            SocketOptions.Address(() => socket.State == TcpState.Connected ? socket.Socket.RemoteEndPoint : null))
        .Func<TcpSocket, bool>("[method]tcp-socket.is-listening", "func() -> bool", static (_, _) => false)
        .Func<TcpSocket, WitValue>("[method]tcp-socket.address-family", "func() -> ip-address-family", static (_, socket) => Network.Family(socket.Family))
        .Result<TcpSocket, ulong>("[method]tcp-socket.set-listen-backlog-size", "func(value: u64) -> result<_, error-code>", static (_, socket, value) => SocketFailures.Answer(
            value == 0 ? SocketErrorCode.InvalidArgument
            : socket.State is TcpState.ConnectInProgress or TcpState.Connected ? SocketErrorCode.InvalidState
            : SocketErrorCode.None));

    private static void AddKeepAlive(WasiInterface tcp) => tcp
        .Result<TcpSocket>("[method]tcp-socket.keep-alive-enabled", "func() -> result<bool, error-code>", static (_, socket) =>
            SocketOptions.Get(socket.Socket, SocketOptionLevel.Socket, SocketOptionName.KeepAlive, static value => WitValue.Bool(value != 0)))
        .Result<TcpSocket, bool>("[method]tcp-socket.set-keep-alive-enabled", "func(value: bool) -> result<_, error-code>", static (_, socket, value) =>
            SocketFailures.Answer(SocketFailures.Try(() => socket.Socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, value))))
        .Result<TcpSocket>("[method]tcp-socket.keep-alive-idle-time", "func() -> result<duration, error-code>", static (_, socket) =>
            SocketOptions.Get(socket.Socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, SocketOptions.Duration))
        .Result<TcpSocket, ulong>("[method]tcp-socket.set-keep-alive-idle-time", "func(value: duration) -> result<_, error-code>", static (_, socket, value) =>
            SocketOptions.Set(socket.Socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, SocketOptions.Seconds(value), short.MaxValue))
        .Result<TcpSocket>("[method]tcp-socket.keep-alive-interval", "func() -> result<duration, error-code>", static (_, socket) =>
            SocketOptions.Get(socket.Socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, SocketOptions.Duration))
        .Result<TcpSocket, ulong>("[method]tcp-socket.set-keep-alive-interval", "func(value: duration) -> result<_, error-code>", static (_, socket, value) =>
            SocketOptions.Set(socket.Socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, SocketOptions.Seconds(value), short.MaxValue))
        .Result<TcpSocket>("[method]tcp-socket.keep-alive-count", "func() -> result<u32, error-code>", static (_, socket) =>
            SocketOptions.Get(socket.Socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, static value => WitValue.U32((uint)value)))
        .Result<TcpSocket, uint>("[method]tcp-socket.set-keep-alive-count", "func(value: u32) -> result<_, error-code>", static (_, socket, value) =>
            SocketOptions.Set(socket.Socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, value, sbyte.MaxValue));

    private static void AddBuffers(WasiInterface tcp) => tcp
        .Result<TcpSocket>("[method]tcp-socket.hop-limit", "func() -> result<u8, error-code>", static (_, socket) => HopLimit.Get(socket.Socket))
        .Result<TcpSocket, byte>("[method]tcp-socket.set-hop-limit", "func(value: u8) -> result<_, error-code>", static (_, socket, value) => HopLimit.Set(socket.Socket, value))
        .Result<TcpSocket>("[method]tcp-socket.receive-buffer-size", "func() -> result<u64, error-code>", static (_, socket) =>
            SocketOptions.Get(socket.Socket, SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer, static value => WitValue.U64((ulong)value)))
        .Result<TcpSocket, ulong>("[method]tcp-socket.set-receive-buffer-size", "func(value: u64) -> result<_, error-code>", static (_, socket, value) =>
            SocketOptions.Set(socket.Socket, SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer, value, MostBufferBytes))
        .Result<TcpSocket>("[method]tcp-socket.send-buffer-size", "func() -> result<u64, error-code>", static (_, socket) =>
            SocketOptions.Get(socket.Socket, SocketOptionLevel.Socket, SocketOptionName.SendBuffer, static value => WitValue.U64((ulong)value)))
        .Result<TcpSocket, ulong>("[method]tcp-socket.set-send-buffer-size", "func(value: u64) -> result<_, error-code>", static (_, socket, value) =>
            SocketOptions.Set(socket.Socket, SocketOptionLevel.Socket, SocketOptionName.SendBuffer, value, MostBufferBytes));
}
