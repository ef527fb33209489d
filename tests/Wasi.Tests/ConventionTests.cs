using Xunit;

namespace Tapedeck.Wasi.Tests;

/// <summary>
/// Every function that the host offers, each said to open a door, and then it asks the gate, or to open none. A new function is in neither list, and fails
/// here until somebody has thought about it.
/// </summary>
public sealed class ConventionTests
{
    /// <summary>Functions that ask, by the interface: those that the tests of the interface show to ask.</summary>
    private static readonly Dictionary<string, string[]> Gated = new()
    {
        ["wasi:cli/environment"] = ["get-environment"],
        ["wasi:config/store"] = ["get", "get-all"],
        ["wasi:http/outgoing-handler"] = ["handle"],
        ["wasi:sockets/ip-name-lookup"] = ["resolve-addresses"],
        ["wasi:sockets/tcp"] = ["[method]tcp-socket.start-bind", "[method]tcp-socket.start-connect", "[method]tcp-socket.start-listen"],
        ["wasi:sockets/udp"] = ["[method]udp-socket.start-bind", "[method]udp-socket.stream", "[method]outgoing-datagram-stream.send", "[method]incoming-datagram-stream.receive"],
        ["wasi:filesystem/types"] =
        [
            "[method]descriptor.create-directory-at", "[method]descriptor.link-at", "[method]descriptor.metadata-hash-at", "[method]descriptor.open-at",
            "[method]descriptor.read-directory", "[method]descriptor.readlink-at", "[method]descriptor.remove-directory-at", "[method]descriptor.rename-at",
            "[method]descriptor.set-times-at", "[method]descriptor.stat-at", "[method]descriptor.symlink-at", "[method]descriptor.unlink-file-at",
            "[method]directory-entry-stream.read-directory-entry",
        ],
    };

    /// <summary>Interfaces, or functions of one that is also above, that open nothing, each with its reason and the number of its functions.</summary>
    private static readonly Dictionary<string, (int Count, string Why)> Pure = new()
    {
        ["wasi:io/error"] = (1, "tells of what happened"),
        ["wasi:io/poll"] = (3, "waits for what was opened"),
        ["wasi:io/streams"] = (15, "moves bytes through what was opened"),
        ["wasi:clocks/wall-clock"] = (2, "clocks need no grant"),
        ["wasi:clocks/monotonic-clock"] = (4, "clocks need no grant"),
        ["wasi:clocks/timezone"] = (2, "always UTC"),
        ["wasi:random/random"] = (2, "randomness needs no grant"),
        ["wasi:random/insecure"] = (2, "randomness needs no grant"),
        ["wasi:random/insecure-seed"] = (1, "randomness needs no grant"),
        ["wasi:cli/environment"] = (2, "arguments are the call's own, and there is no working directory"),
        ["wasi:cli/exit"] = (2, "ends the call"),
        ["wasi:cli/stdin"] = (1, "the call's own"),
        ["wasi:cli/stdout"] = (1, "the call's log"),
        ["wasi:cli/stderr"] = (1, "the call's log"),
        ["wasi:cli/terminal-input"] = (0, "there are no terminals"),
        ["wasi:cli/terminal-output"] = (0, "there are no terminals"),
        ["wasi:cli/terminal-stdin"] = (1, "there are no terminals"),
        ["wasi:cli/terminal-stdout"] = (1, "there are no terminals"),
        ["wasi:cli/terminal-stderr"] = (1, "there are no terminals"),
        ["wasi:filesystem/types"] = (16, "on what a function that asks has opened"),
        ["wasi:filesystem/preopens"] = (1, "handles that grant nothing: each use of them asks"),
        ["wasi:sockets/network"] = (1, "tells of what happened"),
        ["wasi:sockets/instance-network"] = (1, "a handle that grants nothing"),
        ["wasi:sockets/ip-name-lookup"] = (2, "on a look-up that was allowed"),
        ["wasi:sockets/tcp-create-socket"] = (1, "a socket that is nowhere yet"),
        ["wasi:sockets/tcp"] = (25, "on a socket that was allowed, or that is nowhere yet"),
        ["wasi:sockets/udp-create-socket"] = (1, "a socket that is nowhere yet"),
        ["wasi:sockets/udp"] = (14, "on a socket that was allowed, or that is nowhere yet"),
        ["wasi:http/types"] = (52, "values, and bodies of requests that were allowed"),
        ["wasi:logging/logging"] = (1, "the call's log"),
    };

    public static TheoryData<string> Interfaces => [.. WasiImports.All.Select(TestGuest.NameOf).Distinct()];

    [Theory, MemberData(nameof(Interfaces))]
    public void Each_function_asks_the_gate_or_is_said_to_open_nothing(string name)
    {
        var functions = WasiImports.All.First(offered => TestGuest.NameOf(offered) == name).Functions;
        var gated = Gated.GetValueOrDefault(name, []);
        Assert.Empty(gated.Except(functions));
        Assert.Equal(Pure.GetValueOrDefault(name).Count, functions.Except(gated).Count());
    }

    [Fact]
    public void Each_list_names_interfaces_that_there_are()
    {
        var there = WasiImports.All.Select(TestGuest.NameOf).ToHashSet();
        Assert.Empty(Gated.Keys.Concat(Pure.Keys).Except(there));
    }
}
