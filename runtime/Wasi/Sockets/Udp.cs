using System.Net;
using System.Net.Sockets;
using Tapedeck.Components;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Io;

namespace Tapedeck.Wasi.Sockets;

/// <summary><see href="https://github.com/WebAssembly/wasi-sockets/blob/main/wit/udp.wit"><c>wasi:sockets/udp</c></see>.</summary>
internal static class Udp
{
    private const int MostBufferBytes = 4 << 20;

    internal static readonly HostResource Resource = Resources.Owned("udp-socket");
    private static readonly HostResource Incoming = Resources.Owned("incoming-datagram-stream");
    private static readonly HostResource Outgoing = Resources.Owned("outgoing-datagram-stream");

    private static readonly WitScope Names = Network.Use()
        .Resource("udp-socket", Resource)
        .Resource("incoming-datagram-stream", Incoming)
        .Resource("outgoing-datagram-stream", Outgoing)
        .Define("""
            record incoming-datagram { data: list<u8>, remote-address: ip-socket-address }
            record outgoing-datagram { data: list<u8>, remote-address: option<ip-socket-address> }
            type received = list<incoming-datagram>
            type streams = tuple<incoming-datagram-stream, outgoing-datagram-stream>
            """);

    internal static WasiInterface Make()
    {
        var udp = new WasiInterface("wasi:sockets/udp@0.2.12", Names, Resource, Incoming, Outgoing);
        AddSocket(udp);
        AddOptions(udp);
        return udp
            .Result<DatagramInput, ulong>("[method]incoming-datagram-stream.receive", "func(max-results: u64) -> result<list<incoming-datagram>, error-code>", static (_, stream, most) =>
                stream.Receive(most, out var datagrams) is var code && code != SocketErrorCode.None ? Answer.Error((int)code) : Answer.Ok(Received(datagrams)))
            .Func<DatagramInput, Pollable>("[method]incoming-datagram-stream.subscribe", "func() -> pollable", static (_, stream) => stream.Subscribe())
            .Result<DatagramOutput>("[method]outgoing-datagram-stream.check-send", "func() -> result<u64, error-code>", static (_, stream) =>
                stream.CheckSend(out var permit) is var code && code != SocketErrorCode.None ? Answer.Error((int)code) : Answer.Ok(WitValue.U64((ulong)permit)))
            .Result<DatagramOutput, WitValue>("[method]outgoing-datagram-stream.send", "func(datagrams: list<outgoing-datagram>) -> result<u64, error-code>", static (_, stream, datagrams) =>
                stream.Send([.. Enumerable.Range(0, datagrams.Count).Select(index => ToSend(datagrams[index]))], out var sent) is var code && code != SocketErrorCode.None
                    ? Answer.Error((int)code)
                    : Answer.Ok(WitValue.U64((ulong)sent)))
            .Func<DatagramOutput, Pollable>("[method]outgoing-datagram-stream.subscribe", "func() -> pollable", static (_, stream) => stream.Subscribe());
    }

    private static void AddSocket(WasiInterface udp) => udp
        .Result<UdpSocket, object, WitValue>("[method]udp-socket.start-bind", "func(network: borrow<network>, local-address: ip-socket-address) -> result<_, error-code>", static (_, socket, _, address) =>
            SocketFailures.Answer(socket.StartBind(SocketAddresses.From(address))))
        .Result<UdpSocket>("[method]udp-socket.finish-bind", "func() -> result<_, error-code>", static (_, socket) => SocketFailures.Answer(socket.FinishBind()))
        .Result<UdpSocket, WitValue>("[method]udp-socket.stream", "func(remote-address: option<ip-socket-address>) -> result<tuple<incoming-datagram-stream, outgoing-datagram-stream>, error-code>", static (_, socket, remote) =>
            socket.Stream(remote.CaseValue is { } address ? SocketAddresses.From(address) : null, out var streams) is var code && code != SocketErrorCode.None
                ? Answer.Error((int)code)
                : Answer.Ok(WitValue.Tuple((TupleType)Names["streams"], WitValue.Handle(Incoming.Own, streams.Input), WitValue.Handle(Outgoing.Own, streams.Output))))
        .Result<UdpSocket>("[method]udp-socket.local-address", "func() -> result<ip-socket-address, error-code>", static (_, socket) =>
            SocketOptions.Address(() => socket.IsBound ? socket.Socket.LocalEndPoint : null))
        .Result<UdpSocket>("[method]udp-socket.remote-address", "func() -> result<ip-socket-address, error-code>", static (_, socket) => SocketOptions.Address(() => socket.Remote))
        .Func<UdpSocket, WitValue>("[method]udp-socket.address-family", "func() -> ip-address-family", static (_, socket) => Network.Family(socket.Family))
        .Func<UdpSocket, Pollable>("[method]udp-socket.subscribe", "func() -> pollable", static (_, _) => Pollable.Always);

    private static void AddOptions(WasiInterface udp) => udp
        .Result<UdpSocket>("[method]udp-socket.unicast-hop-limit", "func() -> result<u8, error-code>", static (_, socket) => HopLimit.Get(socket.Socket))
        .Result<UdpSocket, byte>("[method]udp-socket.set-unicast-hop-limit", "func(value: u8) -> result<_, error-code>", static (_, socket, value) => HopLimit.Set(socket.Socket, value))
        .Result<UdpSocket>("[method]udp-socket.receive-buffer-size", "func() -> result<u64, error-code>", static (_, socket) =>
            SocketOptions.Get(socket.Socket, SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer, static value => WitValue.U64((ulong)value)))
        .Result<UdpSocket, ulong>("[method]udp-socket.set-receive-buffer-size", "func(value: u64) -> result<_, error-code>", static (_, socket, value) =>
            SocketOptions.Set(socket.Socket, SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer, value, MostBufferBytes))
        .Result<UdpSocket>("[method]udp-socket.send-buffer-size", "func() -> result<u64, error-code>", static (_, socket) =>
            SocketOptions.Get(socket.Socket, SocketOptionLevel.Socket, SocketOptionName.SendBuffer, static value => WitValue.U64((ulong)value)))
        .Result<UdpSocket, ulong>("[method]udp-socket.set-send-buffer-size", "func(value: u64) -> result<_, error-code>", static (_, socket, value) =>
            SocketOptions.Set(socket.Socket, SocketOptionLevel.Socket, SocketOptionName.SendBuffer, value, MostBufferBytes));

    private static WitValue Received(List<(byte[] Data, IPEndPoint Remote)> datagrams) => WitValue.List(Names["received"],
        [.. datagrams.Select(static datagram => WitValue.Record((RecordType)Names["incoming-datagram"], WitValue.Bytes(datagram.Data), SocketAddresses.Of(datagram.Remote)))]);

    private static (ReadOnlyMemory<byte> Data, IPEndPoint? Remote) ToSend(WitValue datagram) =>
        (datagram[0].AsBytes(), datagram[1].CaseValue is { } remote ? SocketAddresses.From(remote) : null);
}
