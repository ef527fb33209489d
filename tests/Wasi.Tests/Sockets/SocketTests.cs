using System.Net;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Io;
using Tapedeck.Wasi.Sockets;
using Tapedeck.Wasi.Tests.Http;
using Xunit;

namespace Tapedeck.Wasi.Tests.Sockets;

/// <summary>Sockets as the state machines that WIT has, each step asked of the gate.</summary>
public sealed class SocketTests
{
    private const string Policy = "network: {allow: [{host: db.example.com, ports: [5432], protocol: tcp}, {cidr: 93.184.215.0/24, ports: [7], protocol: tcp}, {host: api.example.com}]}";

    [Fact]
    public void Talks_to_a_host_that_was_looked_up()
    {
        using var server = new TestServer(TestServer.Ok("hello"));
        var network = new TestNetwork(server.Endpoint) { Names = { ["db.example.com"] = [TestNetwork.PublicAddress] } };
        using var guest = new TestGuest(Policy, network.Options);
        var socket = Tcp(guest);
        // Not before the name was looked up: nobody knows then that the address is the host's.
        Assert.Equal("access-denied", Connect(guest, socket, TestNetwork.PublicAddress, 5432));
        Assert.Equal([TestNetwork.PublicAddress], LookUp(guest, "db.example.com"));
        Assert.Equal("ok", Connect(guest, socket, TestNetwork.PublicAddress, 5432));
        guest.Call("wasi:io/poll", "[method]pollable.block", guest.Call("wasi:sockets/tcp", "[method]tcp-socket.subscribe", socket)!.Value.AsHandle());
        var streams = guest.Ok("wasi:sockets/tcp", "[method]tcp-socket.finish-connect", socket);
        guest.Ok("wasi:io/streams", "[method]output-stream.blocking-write-and-flush", streams[1].AsHandle(), "GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        Assert.StartsWith("HTTP/1.1 200", System.Text.Encoding.Latin1.GetString(
            guest.Ok("wasi:io/streams", "[method]input-stream.blocking-read", streams[0].AsHandle(), 100).AsBytes().Span), StringComparison.Ordinal);
        Assert.Equal("not-in-progress", guest.Outcome("wasi:sockets/tcp", "[method]tcp-socket.finish-connect", socket));
        Assert.Equal("invalid-state", Connect(guest, socket, TestNetwork.PublicAddress, 5432));
        Assert.Equal("ok", guest.Outcome("wasi:sockets/tcp", "[method]tcp-socket.shutdown", socket, "both"));
    }

    [Theory]
    [InlineData("93.184.215.14", 80, "access-denied")]
    [InlineData("93.184.215.14", 7, "ok")]
    [InlineData("8.8.8.8", 7, "access-denied")]
    [InlineData("127.0.0.1", 7, "access-denied")]
    [InlineData("169.254.169.254", 80, "access-denied")]
    [InlineData("0.0.0.0", 7, "invalid-argument")]
    [InlineData("224.0.0.1", 7, "invalid-argument")]
    [InlineData("93.184.215.14", 0, "invalid-argument")]
    [InlineData("::1", 7, "invalid-argument")]
    public void Connects_to_what_is_granted(string address, int port, string outcome)
    {
        using var server = new TestServer("");
        using var guest = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options);
        Assert.Equal(outcome, Connect(guest, Tcp(guest), address, port));
    }

    [Fact]
    public void Without_a_policy_there_is_no_network()
    {
        using var server = new TestServer("");
        var network = new TestNetwork(server.Endpoint);
        using var guest = new TestGuest((string?)null, network.Options);
        Assert.Equal("access-denied", Connect(guest, Tcp(guest), "93.184.215.14", 7));
        Assert.Equal("access-denied", guest.Outcome("wasi:sockets/tcp", "[method]tcp-socket.start-bind", Tcp(guest), new object(), Address("0.0.0.0", 0)));
        Assert.Equal("access-denied", guest.Outcome("wasi:sockets/tcp", "[method]tcp-socket.start-listen", Tcp(guest)));
        Assert.Equal("access-denied", guest.Outcome("wasi:sockets/ip-name-lookup", "resolve-addresses", new object(), "api.example.com"));
        var udp = guest.Own<UdpSocket>("wasi:sockets/udp-create-socket", "create-udp-socket", "ipv4");
        Assert.Equal("access-denied", guest.Outcome("wasi:sockets/udp", "[method]udp-socket.start-bind", udp, new object(), Address("0.0.0.0", 0)));
        Assert.Equal("invalid-state", guest.Outcome("wasi:sockets/udp", "[method]udp-socket.stream", udp, None.Value));
        Assert.Empty(network.Connected);
        Assert.Empty(network.LookedUp);
    }

    [Theory]
    [InlineData("api.example.com", "ok")]
    [InlineData("API.EXAMPLE.COM.", "ok")]
    [InlineData("other.example.com", "access-denied")]
    [InlineData("localhost", "access-denied")]
    [InlineData("metadata.google.internal", "access-denied")]
    [InlineData("exfiltrated-data.evil.org", "access-denied")]
    [InlineData("bad name", "invalid-argument")]
    [InlineData("0x7f000001", "invalid-argument")]
    [InlineData("", "invalid-argument")]
    [InlineData("1.2.3.4]", "invalid-argument")]
    [InlineData("[1.2.3.4]", "invalid-argument")]
    [InlineData("[[::1]]", "invalid-argument")]
    [InlineData("api.example.com:80", "invalid-argument")]
    public void Looks_up_what_a_rule_names(string name, string outcome)
    {
        using var server = new TestServer("");
        var network = new TestNetwork(server.Endpoint);
        using var guest = new TestGuest(Policy, network.Options);
        Assert.Equal(outcome, guest.Outcome("wasi:sockets/ip-name-lookup", "resolve-addresses", new object(), name));
        Assert.Equal(outcome == "ok" ? 1 : 0, network.LookedUp.Count);
    }

    [Fact]
    public void An_address_is_its_own_answer()
    {
        using var guest = new TestGuest((string?)null);
        Assert.Equal(["127.0.0.1"], LookUp(guest, "127.0.0.1"));
        Assert.Equal(["::1"], LookUp(guest, "::1"));
        Assert.Equal(["::1"], LookUp(guest, "[::1]"));
    }

    [Fact]
    public void Serves_nobody_under_any_policy()
    {
        using var guest = new TestGuest(Policy);
        var socket = Tcp(guest);
        Assert.Equal("access-denied", guest.Outcome("wasi:sockets/tcp", "[method]tcp-socket.start-bind", socket, new object(), Address("0.0.0.0", 8080)));
        Assert.Equal("ok", guest.Outcome("wasi:sockets/tcp", "[method]tcp-socket.start-bind", socket, new object(), Address("0.0.0.0", 0)));
        Assert.Equal("ok", guest.Outcome("wasi:sockets/tcp", "[method]tcp-socket.finish-bind", socket));
        Assert.Equal("access-denied", guest.Outcome("wasi:sockets/tcp", "[method]tcp-socket.start-listen", socket));
        Assert.Equal("not-in-progress", guest.Outcome("wasi:sockets/tcp", "[method]tcp-socket.finish-listen", socket));
        Assert.Equal("invalid-state", guest.Outcome("wasi:sockets/tcp", "[method]tcp-socket.accept", socket));
    }

    [Theory]
    [InlineData("ipv4", "224.0.0.1", 0, "invalid-argument")]
    [InlineData("ipv4", "255.255.255.255", 0, "invalid-argument")]
    [InlineData("ipv4", "::", 0, "invalid-argument")]
    [InlineData("ipv6", "0.0.0.0", 0, "invalid-argument")]
    [InlineData("ipv6", "ff02::1", 0, "invalid-argument")]
    [InlineData("ipv6", "::ffff:0.0.0.0", 0, "invalid-argument")]
    [InlineData("ipv6", "::", 0, "ok")]
    [InlineData("ipv4", "0.0.0.0", 0, "ok")]
    [InlineData("ipv4", "0.0.0.0", 80, "access-denied")]
    [InlineData("ipv4", "127.0.0.1", 0, "access-denied")]
    public void An_address_that_is_none_to_bind_to_is_told_from_one_that_is_not_granted(string family, string address, int port, string outcome)
    {
        using var guest = new TestGuest("network: {allow: [{cidr: 93.184.215.0/24, ports: [7], protocol: tcp}, {cidr: 93.184.215.0/24, ports: [7], protocol: udp}]}");
        var tcp = guest.Own<TcpSocket>("wasi:sockets/tcp-create-socket", "create-tcp-socket", family);
        Assert.Equal(outcome, guest.Outcome("wasi:sockets/tcp", "[method]tcp-socket.start-bind", tcp, new object(), Address(address, port)));
        var udp = guest.Own<UdpSocket>("wasi:sockets/udp-create-socket", "create-udp-socket", family);
        Assert.Equal(outcome, guest.Outcome("wasi:sockets/udp", "[method]udp-socket.start-bind", udp, new object(), Address(address, port)));
    }

    [Fact]
    public void A_connection_whose_grant_goes_is_closed()
    {
        using var server = new TestServer(static (_, _) => Task.CompletedTask);
        using var guest = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options);
        var socket = Tcp(guest);
        Assert.Equal("ok", Connect(guest, socket, "93.184.215.14", 7));
        guest.Call("wasi:io/poll", "[method]pollable.block", guest.Call("wasi:sockets/tcp", "[method]tcp-socket.subscribe", socket)!.Value.AsHandle());
        var input = (InputStream)guest.Ok("wasi:sockets/tcp", "[method]tcp-socket.finish-connect", socket)[0].AsHandle();
        using var timer = new Timer(_ => guest.Gate.Swap(Policies.Grants("network: {allow: []}", generation: 2)), null, 100, Timeout.Infinite);
        Assert.NotEqual("ok", guest.Outcome("wasi:io/streams", "[method]input-stream.blocking-read", input, 10));
        Assert.Equal("access-denied", Connect(guest, Tcp(guest), "93.184.215.14", 7));
    }

    [Fact]
    public void A_connection_whose_grant_goes_just_as_it_begins_is_denied()
    {
        using var server = new TestServer(static (_, _) => Task.CompletedTask);
        TestGuest? changing = null;
        using var guest = changing = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options with
        {
            Connect = (socket, _, token) =>
            {
                changing!.Gate.Swap(Policies.Grants("network: {allow: []}", generation: 2));
                return socket.ConnectAsync(server.Endpoint, token);
            },
        });
        var socket = Tcp(guest);
        Assert.Equal("ok", Connect(guest, socket, "93.184.215.14", 7));
        Assert.Equal("access-denied", guest.Outcome("wasi:sockets/tcp", "[method]tcp-socket.finish-connect", socket));
    }

    [Fact]
    public void A_connection_whose_grant_goes_is_closed_even_if_its_socket_was_dropped()
    {
        using var server = new TestServer(static (_, _) => Task.CompletedTask);
        using var guest = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options);
        var (socket, input, _) = Connected(guest);
        guest.Drop("wasi:sockets/tcp", "tcp-socket", socket);
        using var timer = new Timer(_ => guest.Gate.Swap(Policies.Grants("network: {allow: []}", generation: 2)), null, 100, Timeout.Infinite);
        using var deadline = new Timer(_ => guest.Cancel(), null, 20_000, Timeout.Infinite);
        Assert.NotEqual("ok", guest.Outcome("wasi:io/streams", "[method]input-stream.blocking-read", input, 10));
    }

    /// <summary>One pollable does for the whole life of a socket, as the C library of WASI has it.</summary>
    [Fact]
    public void A_pollable_from_before_an_attempt_to_connect_waits_for_it()
    {
        var connected = new TaskCompletionSource();
        using var guest = new TestGuest(Policy, new Wasi.Calls.WasiOptions { Connect = (_, _, _) => new ValueTask(connected.Task) });
        var socket = Tcp(guest);
        var pollable = guest.Call("wasi:sockets/tcp", "[method]tcp-socket.subscribe", socket)!.Value.AsHandle();
        Assert.Equal("ok", Connect(guest, socket, "93.184.215.14", 7));
        Assert.Equal("would-block", guest.Outcome("wasi:sockets/tcp", "[method]tcp-socket.finish-connect", socket));
        Assert.False(guest.Call("wasi:io/poll", "[method]pollable.ready", pollable)!.Value.AsBool());
        connected.SetResult();
        guest.Call("wasi:io/poll", "[method]pollable.block", pollable);
        Assert.True(guest.Call("wasi:io/poll", "[method]pollable.ready", pollable)!.Value.AsBool());
    }

    [Fact]
    public void Only_one_thing_is_in_progress()
    {
        var connected = new TaskCompletionSource();
        using var guest = new TestGuest(Policy, new Wasi.Calls.WasiOptions { Connect = (_, _, _) => new ValueTask(connected.Task) });
        var socket = Tcp(guest);
        Assert.Equal("not-in-progress", guest.Outcome("wasi:sockets/tcp", "[method]tcp-socket.finish-bind", socket));
        Assert.Equal("not-in-progress", guest.Outcome("wasi:sockets/tcp", "[method]tcp-socket.finish-connect", socket));
        Assert.Equal("ok", Bind(guest, socket));
        Assert.Equal("concurrency-conflict", Bind(guest, socket));
        Assert.Equal("concurrency-conflict", Connect(guest, socket, "93.184.215.14", 7));
        Assert.Equal("ok", guest.Outcome("wasi:sockets/tcp", "[method]tcp-socket.finish-bind", socket));
        Assert.Equal("not-in-progress", guest.Outcome("wasi:sockets/tcp", "[method]tcp-socket.finish-bind", socket));
        Assert.Equal("invalid-state", Bind(guest, socket));
        Assert.Equal("ok", Connect(guest, socket, "93.184.215.14", 7));
        Assert.Equal("concurrency-conflict", Connect(guest, socket, "93.184.215.14", 7));
        connected.SetException(new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.ConnectionRefused));
        Assert.Equal("connection-refused", guest.Outcome("wasi:sockets/tcp", "[method]tcp-socket.finish-connect", socket));
        Assert.Equal("invalid-state", Connect(guest, socket, "93.184.215.14", 7));
        Assert.Equal("invalid-state", guest.Outcome("wasi:sockets/tcp", "[method]tcp-socket.shutdown", socket, "both"));
    }

    [Fact]
    public void A_direction_that_is_shut_down_has_a_closed_stream()
    {
        using var server = new TestServer(TestServer.Ok("answer"));
        using var guest = new TestGuest(Policy, new TestNetwork(server.Endpoint).Options);
        var (socket, input, output) = Connected(guest);
        guest.Ok("wasi:io/streams", "[method]output-stream.blocking-write-and-flush", output, "GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        Assert.Equal(4, guest.Ok("wasi:io/streams", "[method]input-stream.blocking-read", input, 4).Count);
        guest.Ok("wasi:sockets/tcp", "[method]tcp-socket.shutdown", socket, "send");
        Assert.Equal("closed", guest.Outcome("wasi:io/streams", "[method]output-stream.check-write", output));
        Assert.Equal("closed", guest.Outcome("wasi:io/streams", "[method]output-stream.blocking-write-and-flush", output, new byte[1]));
        // What was received and not read is gone.
        Assert.Equal(4, guest.Ok("wasi:io/streams", "[method]input-stream.blocking-read", input, 4).Count);
        guest.Ok("wasi:sockets/tcp", "[method]tcp-socket.shutdown", socket, "receive");
        Assert.Equal("closed", guest.Outcome("wasi:io/streams", "[method]input-stream.read", input, 4));
        foreach (var again in new[] { "send", "receive", "both" })
        {
            guest.Ok("wasi:sockets/tcp", "[method]tcp-socket.shutdown", socket, again);
        }
    }

    /// <summary>What was written before a shutdown is sent before it.</summary>
    [Fact]
    public async Task A_shutdown_loses_nothing_that_was_written()
    {
        var received = new TaskCompletionSource<int>();
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _ = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await Task.Delay(300);
            var (total, read, buffer) = (0, 0, new byte[65536]);
            try
            {
                while ((read = await client.GetStream().ReadAsync(buffer)) > 0)
                {
                    total += read;
                }
            }
            catch (IOException)
            {
                // Fewer bytes than there should be say it.
            }
            received.SetResult(total);
        });
        using var guest = new TestGuest(Policy, new TestNetwork((IPEndPoint)listener.LocalEndpoint).Options);
        var (socket, _, output) = Connected(guest);
        guest.Ok("wasi:sockets/tcp", "[method]tcp-socket.set-send-buffer-size", socket, 4096);
        var written = 0;
        // Until the host's buffers are full and a write is on its way.
        while (guest.Ok("wasi:io/streams", "[method]output-stream.check-write", output).AsU64() is > 0 and var permit)
        {
            guest.Ok("wasi:io/streams", "[method]output-stream.write", output, new byte[permit]);
            written += (int)permit;
            Thread.Sleep(2);
        }
        guest.Ok("wasi:sockets/tcp", "[method]tcp-socket.shutdown", socket, "send");
        Assert.Equal(written, await received.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void Options_are_set_and_read()
    {
        using var guest = new TestGuest((string?)null);
        var socket = Tcp(guest);
        guest.Ok("wasi:sockets/tcp", "[method]tcp-socket.set-keep-alive-enabled", socket, true);
        Assert.True(guest.Ok("wasi:sockets/tcp", "[method]tcp-socket.keep-alive-enabled", socket).AsBool());
        guest.Ok("wasi:sockets/tcp", "[method]tcp-socket.set-hop-limit", socket, 12);
        Assert.Equal(12, guest.Ok("wasi:sockets/tcp", "[method]tcp-socket.hop-limit", socket).AsU8());
        Assert.Equal("invalid-argument", guest.Outcome("wasi:sockets/tcp", "[method]tcp-socket.set-hop-limit", socket, 0));
        guest.Ok("wasi:sockets/tcp", "[method]tcp-socket.set-keep-alive-idle-time", socket, 1);
        Assert.Equal(1_000_000_000ul, guest.Ok("wasi:sockets/tcp", "[method]tcp-socket.keep-alive-idle-time", socket).AsU64());
        Assert.Equal("invalid-state", guest.Outcome("wasi:sockets/tcp", "[method]tcp-socket.local-address", socket));
        Assert.Equal("invalid-state", guest.Outcome("wasi:sockets/tcp", "[method]tcp-socket.remote-address", socket));
    }

    private static TcpSocket Tcp(TestGuest guest) => guest.Own<TcpSocket>("wasi:sockets/tcp-create-socket", "create-tcp-socket", "ipv4");

    private static WitValue Address(string address, int port) => SocketAddresses.Of(new IPEndPoint(IPAddress.Parse(address), port));

    private static string Connect(TestGuest guest, TcpSocket socket, string address, int port) =>
        guest.Outcome("wasi:sockets/tcp", "[method]tcp-socket.start-connect", socket, new object(), Address(address, port));

    private static string Bind(TestGuest guest, TcpSocket socket) =>
        guest.Outcome("wasi:sockets/tcp", "[method]tcp-socket.start-bind", socket, new object(), Address("0.0.0.0", 0));

    private static (TcpSocket Socket, InputStream Input, OutputStream Output) Connected(TestGuest guest)
    {
        var socket = Tcp(guest);
        Assert.Equal("ok", Connect(guest, socket, "93.184.215.14", 7));
        guest.Call("wasi:io/poll", "[method]pollable.block", guest.Call("wasi:sockets/tcp", "[method]tcp-socket.subscribe", socket)!.Value.AsHandle());
        var streams = guest.Ok("wasi:sockets/tcp", "[method]tcp-socket.finish-connect", socket);
        return (socket, (InputStream)streams[0].AsHandle(), (OutputStream)streams[1].AsHandle());
    }

    private static string[] LookUp(TestGuest guest, string name)
    {
        var lookup = guest.Own<AddressLookup>("wasi:sockets/ip-name-lookup", "resolve-addresses", new object(), name);
        guest.Call("wasi:io/poll", "[method]pollable.block", guest.Call("wasi:sockets/ip-name-lookup", "[method]resolve-address-stream.subscribe", lookup)!.Value.AsHandle());
        var found = new List<string>();
        while (guest.Ok("wasi:sockets/ip-name-lookup", "[method]resolve-address-stream.resolve-next-address", lookup).CaseValue is { } address)
        {
            var type = (VariantType)Network.Names["ip-socket-address"];
            var record = (RecordType)type.Cases[address.CaseIndex].Type!;
            var parts = address.CaseIndex == 0 ? new[] { WitValue.U16(1), address.CaseValue!.Value } : [WitValue.U16(1), WitValue.U32(0), address.CaseValue!.Value, WitValue.U32(0)];
            found.Add(SocketAddresses.From(WitValue.Case(type, address.CaseIndex, WitValue.Record(record, parts))).Address.ToString());
        }
        return [.. found];
    }
}
