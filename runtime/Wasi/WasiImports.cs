using Tapedeck.Components;
using Tapedeck.Wasi.Binding;

namespace Tapedeck.Wasi;

/// <summary>All of WASI 0.2 that this host offers. Each call needs a <see cref="Calls.WasiState"/> as its state.</summary>
/// <remarks>A new interface is a line here; what is not here (key-value stores, messaging, SQL) is refused by its name when a component is linked.</remarks>
public static class WasiImports
{
    internal static IReadOnlyList<WasiInterface> All { get; } =
    [
        Io.Error.Make(),
        Io.Poll.Make(),
        Io.Streams.Make(),
        Clocks.WallClock.Make(),
        Clocks.MonotonicClock.Make(),
        Clocks.Timezone.Make(),
        Random.Random.Make(),
        Random.Insecure.Make(),
        Random.InsecureSeed.Make(),
        Cli.Environment.Make(),
        Cli.Exit.Make(),
        Cli.Stdin.Make(),
        Cli.Stdout.Make(),
        Cli.Stderr.Make(),
        Cli.TerminalInput.Make(),
        Cli.TerminalOutput.Make(),
        Cli.TerminalStdin.Make(),
        Cli.TerminalStdout.Make(),
        Cli.TerminalStderr.Make(),
        Filesystem.Types.Make(),
        Filesystem.Preopens.Make(),
        Sockets.Network.Make(),
        Sockets.InstanceNetwork.Make(),
        Sockets.IpNameLookup.Make(),
        Sockets.TcpCreateSocket.Make(),
        Sockets.Tcp.Make(),
        Sockets.UdpCreateSocket.Make(),
        Sockets.Udp.Make(),
        Http.Types.Make(),
        Http.OutgoingHandler.Make(),
        Config.Store.Make(),
        Logging.Logging.Make(""),
        Logging.Logging.Make("@0.1.0-draft"),
    ];

    /// <summary>Offers it to components.</summary>
    public static Linker AddTo(Linker linker)
    {
        foreach (var offered in All)
        {
            linker.Add(offered.Host);
        }
        return linker;
    }
}
