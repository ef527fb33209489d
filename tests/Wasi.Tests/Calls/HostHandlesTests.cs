using Tapedeck.Wasi.Calls;
using Tapedeck.Wasi.Filesystem;
using Tapedeck.Wasi.Sockets;
using Tapedeck.Wasi.Tests.Filesystem;
using Tapedeck.Wasi.Tests.Http;
using Xunit;

namespace Tapedeck.Wasi.Tests.Calls;

/// <summary>What all guests together may have open. Each way to open something is tried when nothing is left.</summary>
public sealed class HostHandlesTests
{
    private const string Network = "network: {allow: [{host: api.example.com}]}";

    [Theory]
    [InlineData(1_048_576, 786_432)]
    [InlineData(1024, 768)]
    [InlineData(300, 44)]
    [InlineData(10, 0)]
    [InlineData(long.MaxValue, int.MaxValue)]
    public void Guests_share_three_quarters_of_what_the_process_may_open(long limit, int most) => Assert.Equal(most, HostHandles.ShareOf(limit));

    [Fact]
    public void The_account_of_the_process_is_within_its_limit_of_open_files()
    {
        var line = File.ReadLines("/proc/self/limits").Single(static line => line.StartsWith("Max open files", StringComparison.Ordinal));
        Assert.InRange(HostHandles.OfProcess.Most, 1, long.Parse(line["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]) - 256);
        Assert.Same(HostHandles.OfProcess, new WasiOptions().Handles);
    }

    [Fact]
    public void Files_beyond_it_are_out_of_memory_and_those_that_are_closed_can_be_opened_again()
    {
        using var folder = new TemporaryFolder();
        folder.Write("file", "text");
        var account = new HostHandles(10);
        using var greedy = new TestGuest(Policies.Data, With(account, folder));
        using var modest = new TestGuest(Policies.Data, With(account, folder));
        var open = new List<Descriptor>();
        string outcome;
        while ((outcome = Open(greedy, out var descriptor)) == "ok")
        {
            open.Add(descriptor!);
        }
        Assert.Equal("insufficient-memory", outcome);
        // Two of the ten are the folders that the calls began with.
        Assert.Equal(8, open.Count);
        Assert.Equal("insufficient-memory", Open(modest, out _));
        Assert.Equal("insufficient-memory", modest.Outcome(Files.Types, "[method]descriptor.read-directory", modest.Root()));
        open.ForEach(static descriptor => descriptor.Dispose());
        Assert.Equal("ok", Open(modest, out var last));
        last!.Dispose();
        Assert.Equal(2, account.Taken);
    }

    [Fact]
    public void A_call_can_begin_where_guests_have_taken_everything()
    {
        using var folder = new TemporaryFolder();
        folder.Write("file", "text");
        var account = new HostHandles(2);
        using (var greedy = new TestGuest(Policies.Data, With(account, folder)))
        {
            Assert.Equal("ok", Open(greedy, out var open));
            using (open)
            using (var late = new TestGuest(Policies.Data, With(account, folder)))
            {
                Assert.Equal("insufficient-memory", Open(late, out _));
            }
        }
        Assert.Equal(0, account.Taken);
    }

    [Fact]
    public void A_walk_gives_back_each_folder_on_its_way()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Root, "a/b/c/d/e"));
        File.CreateSymbolicLink(Path.Combine(folder.Root, "link"), "a/b/../b/c/d/../d/e");
        var account = new HostHandles(20);
        using var guest = new TestGuest(Policies.Data, With(account, folder));
        foreach (var path in (string[])["link/", "a/b/c", "a/b/c/d/e/none/none", "a/../..", "link/x", "a/b/c/d/../../.."])
        {
            guest.Outcome(Files.Types, "[method]descriptor.stat-at", guest.Root(), "symlink-follow", path);
            guest.Outcome(Files.Types, "[method]descriptor.open-at", guest.Root(), "symlink-follow", path, "", "read");
            Assert.Equal(1, account.Taken);
        }
    }

    [Fact]
    public void Sockets_beyond_it_are_refused_by_their_limit()
    {
        var account = new HostHandles(3);
        using var guest = new TestGuest(null, new WasiOptions { Handles = account });
        var sockets = new List<IDisposable>();
        sockets.Add(guest.Own<TcpSocket>("wasi:sockets/tcp-create-socket", "create-tcp-socket", "ipv4"));
        sockets.Add(guest.Own<UdpSocket>("wasi:sockets/udp-create-socket", "create-udp-socket", "ipv6"));
        sockets.Add(guest.Own<TcpSocket>("wasi:sockets/tcp-create-socket", "create-tcp-socket", "ipv6"));
        Assert.Equal("new-socket-limit", guest.Outcome("wasi:sockets/tcp-create-socket", "create-tcp-socket", "ipv4"));
        Assert.Equal("new-socket-limit", guest.Outcome("wasi:sockets/udp-create-socket", "create-udp-socket", "ipv4"));
        sockets.ForEach(static socket => socket.Dispose());
        Assert.Equal(0, account.Taken);
        Assert.Equal("ok", guest.Outcome("wasi:sockets/tcp-create-socket", "create-tcp-socket", "ipv4"));
    }

    [Fact]
    public void A_request_beyond_it_has_reached_the_limit_of_connections()
    {
        using var server = new TestServer(TestServer.Ok("hello"));
        var account = new HostHandles(1);
        using (var guest = new TestGuest(Network, new TestNetwork(server.Endpoint).Options with { Handles = account }))
        {
            using (guest.Own<TcpSocket>("wasi:sockets/tcp-create-socket", "create-tcp-socket", "ipv4"))
            {
                Assert.Equal("connection-limit-reached", guest.Fetch("GET", "http://api.example.com/"));
            }
            Assert.Null(guest.Send(guest.Request("GET", "http://api.example.com/"), out var future));
            Assert.Equal("200", guest.Await(future!, out var response));
            Assert.Equal(1, account.Taken);
            Assert.Equal("hello", guest.Body(response!));
            response!.Dispose();
        }
        Assert.True(SpinWait.SpinUntil(() => account.Taken == 0, TimeSpan.FromSeconds(30)), $"{account.Taken} are still taken");
    }

    [Fact]
    public void A_name_is_not_looked_up_beyond_it()
    {
        using var server = new TestServer("");
        var network = new TestNetwork(server.Endpoint);
        using var guest = new TestGuest(Network, network.Options with { Handles = new HostHandles(0) });
        var lookup = guest.Own<AddressLookup>("wasi:sockets/ip-name-lookup", "resolve-addresses", new object(), "api.example.com");
        Assert.Equal("new-socket-limit", guest.Outcome("wasi:sockets/ip-name-lookup", "[method]resolve-address-stream.resolve-next-address", lookup));
        Assert.Empty(network.LookedUp);
    }

    private static WasiOptions With(HostHandles account, TemporaryFolder folder) => new() { Handles = account, Preopens = [new HostPreopen("/data", folder.Root)] };

    private static string Open(TestGuest guest, out Descriptor? descriptor)
    {
        var result = guest.Call(Files.Types, "[method]descriptor.open-at", guest.Root(), "", "file", "", "read")!.Value;
        descriptor = result.CaseName == "ok" ? (Descriptor)result.CaseValue!.Value.AsHandle() : null;
        return result.CaseName == "ok" ? "ok" : result.CaseValue!.Value.CaseName;
    }
}
