using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Policy.Network;
using Tapedeck.Wasi.Sockets;
using Tapedeck.Wasm;
using Xunit;

namespace Tapedeck.Wasi.Tests.Sockets;

/// <summary>Datagrams, between two sockets of this machine at an address of it that can be granted: loopback cannot.</summary>
public sealed class DatagramTests
{
    private const string Udp = "wasi:sockets/udp";

    private static readonly IPAddress? Own = NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(static card => card.GetIPProperties().UnicastAddresses)
        .Select(static entry => new IPAddress(entry.Address.GetAddressBytes()))
        .FirstOrDefault(static address => AddressPlan.Default.Classify(Address.From(address)) != AddressClass.NeverGrantable);

    [OwnAddressFact]
    public void Are_sent_and_received_where_granted()
    {
        using var server = Server();
        var (guest, socket, streams) = Guest((IPEndPoint)server.LocalEndPoint!);
        using (guest)
        using (socket)
        {
            Assert.Equal(64ul, guest.Ok(Udp, "[method]outgoing-datagram-stream.check-send", streams.Output).AsU64());
            Assert.Equal(1ul, Send(guest, streams.Output, "ping", (IPEndPoint)server.LocalEndPoint!).AsU64());
            EndPoint from = new IPEndPoint(IPAddress.IPv6Any.AddressFamily == Own!.AddressFamily ? IPAddress.IPv6Any : IPAddress.Any, 0);
            var buffer = new byte[100];
            Assert.Equal(4, server.ReceiveFrom(buffer, ref from));
            server.SendTo("pong"u8, SocketFlags.None, from);
            guest.Call("wasi:io/poll", "[method]pollable.block", guest.Call(Udp, "[method]incoming-datagram-stream.subscribe", streams.Input)!.Value.AsHandle());
            var received = guest.Ok(Udp, "[method]incoming-datagram-stream.receive", streams.Input, 10);
            Assert.Equal("pong"u8.ToArray(), received[0]["data"].AsBytes().ToArray());
        }
    }

    [OwnAddressFact]
    public void Of_strangers_are_not_shown()
    {
        using var server = Server();
        using var stranger = Server();
        var (guest, socket, streams) = Guest((IPEndPoint)server.LocalEndPoint!);
        using (guest)
        using (socket)
        {
            var local = new IPEndPoint(Own!, ((IPEndPoint)socket.Socket.LocalEndPoint!).Port);
            stranger.SendTo("evil"u8, SocketFlags.None, local);
            server.SendTo("good"u8, SocketFlags.None, local);
            guest.Call("wasi:io/poll", "[method]pollable.block", guest.Call(Udp, "[method]incoming-datagram-stream.subscribe", streams.Input)!.Value.AsHandle());
            var received = new List<string>();
            while (received.Count == 0)
            {
                var list = guest.Ok(Udp, "[method]incoming-datagram-stream.receive", streams.Input, 10);
                received.AddRange(Enumerable.Range(0, list.Count).Select(index => System.Text.Encoding.UTF8.GetString(list[index]["data"].AsBytes().Span)));
            }
            Assert.Equal(["good"], received);
            guest.Ok(Udp, "[method]outgoing-datagram-stream.check-send", streams.Output);
            Assert.Equal("access-denied", Outcome(guest, streams.Output, (IPEndPoint)stranger.LocalEndPoint!));
            guest.Ok(Udp, "[method]outgoing-datagram-stream.check-send", streams.Output);
            Assert.Equal("access-denied", Outcome(guest, streams.Output, new IPEndPoint(Own!.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback, 53)));
        }
    }

    [OwnAddressFact]
    public void Need_a_permit()
    {
        using var server = Server();
        var (guest, socket, streams) = Guest((IPEndPoint)server.LocalEndPoint!);
        using (guest)
        using (socket)
        {
            Assert.Throws<TrapException>(() => Send(guest, streams.Output, "ping", (IPEndPoint)server.LocalEndPoint!));
        }
    }

    [OwnAddressFact]
    public void Each_send_needs_a_permit_of_its_own()
    {
        using var server = Server();
        var (guest, socket, streams) = Guest((IPEndPoint)server.LocalEndPoint!);
        using (guest)
        using (socket)
        {
            guest.Ok(Udp, "[method]outgoing-datagram-stream.check-send", streams.Output);
            Assert.Equal(1ul, Send(guest, streams.Output, "ping", (IPEndPoint)server.LocalEndPoint!).AsU64());
            Assert.Throws<TrapException>(() => Send(guest, streams.Output, "ping", (IPEndPoint)server.LocalEndPoint!));
        }
    }

    [OwnAddressFact]
    public void Only_the_last_pair_of_streams_works()
    {
        using var server = Server();
        using var stranger = Server();
        var (guest, socket, old) = Guest((IPEndPoint)server.LocalEndPoint!);
        using (guest)
        using (socket)
        {
            var streams = guest.Ok(Udp, "[method]udp-socket.stream", socket, Some((IPEndPoint)server.LocalEndPoint!));
            Assert.Equal("invalid-state", guest.Outcome(Udp, "[method]outgoing-datagram-stream.check-send", old.Output));
            Assert.Equal("invalid-state", guest.Outcome(Udp, "[method]incoming-datagram-stream.receive", old.Input, 10));
            guest.Ok(Udp, "[method]outgoing-datagram-stream.check-send", streams[1].AsHandle());
            Assert.Equal("invalid-argument", Outcome(guest, (DatagramOutput)streams[1].AsHandle(), (IPEndPoint)stranger.LocalEndPoint!));
            guest.Ok(Udp, "[method]outgoing-datagram-stream.check-send", streams[1].AsHandle());
            Assert.Equal(1ul, Send(guest, (DatagramOutput)streams[1].AsHandle(), "ping", (IPEndPoint)server.LocalEndPoint!).AsU64());
            Assert.Equal(((IPEndPoint)server.LocalEndPoint!).Port, SocketAddresses.From(guest.Ok(Udp, "[method]udp-socket.remote-address", socket)).Port);
        }
    }

    internal static string? NoAddress => Own is null ? "THIS MACHINE HAS NO ADDRESS THAT A POLICY COULD GRANT: datagrams are not tested" : null;

    private static Socket Server()
    {
        var server = new Socket(Own!.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 5000 };
        server.Bind(new IPEndPoint(Own, 0));
        return server;
    }

    private static (TestGuest Guest, UdpSocket Socket, (DatagramInput Input, DatagramOutput Output) Streams) Guest(IPEndPoint server)
    {
        var length = Own!.GetAddressBytes().Length * 8;
        var guest = new TestGuest($"network: {{allow: [{{cidr: '{Own}/{length}', ports: [{server.Port}], protocol: udp}}]}}");
        var isV6 = Own.AddressFamily == AddressFamily.InterNetworkV6;
        var socket = guest.Own<UdpSocket>("wasi:sockets/udp-create-socket", "create-udp-socket", isV6 ? "ipv6" : "ipv4");
        guest.Ok(Udp, "[method]udp-socket.start-bind", socket, new object(), SocketAddresses.Of(new IPEndPoint(isV6 ? IPAddress.IPv6Any : IPAddress.Any, 0)));
        guest.Ok(Udp, "[method]udp-socket.finish-bind", socket);
        var streams = guest.Ok(Udp, "[method]udp-socket.stream", socket, None.Value);
        return (guest, socket, ((DatagramInput)streams[0].AsHandle(), (DatagramOutput)streams[1].AsHandle()));
    }

    private static WitValue Send(TestGuest guest, DatagramOutput output, string text, IPEndPoint to) =>
        guest.Ok(Udp, "[method]outgoing-datagram-stream.send", output, Datagrams(text, to));

    private static string Outcome(TestGuest guest, DatagramOutput output, IPEndPoint to) =>
        guest.Outcome(Udp, "[method]outgoing-datagram-stream.send", output, Datagrams("x", to));

    private static WitValue Some(IPEndPoint address) => SocketAddresses.Of(address) is var value ? WitValue.Some(new OptionType(value.Type), value) : default;

    private static WitValue Datagrams(string text, IPEndPoint to)
    {
        var type = (ListType)TestGuest.Function(Udp, "[method]outgoing-datagram-stream.send").Type.Parameters[1].Type;
        var record = (RecordType)type.Element;
        return WitValue.List(type, WitValue.Record(record,
            WitValue.Bytes(System.Text.Encoding.UTF8.GetBytes(text)), WitValue.Some((OptionType)record.Fields[1].Type, SocketAddresses.Of(to))));
    }
}
