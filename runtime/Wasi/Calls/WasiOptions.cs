using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tapedeck.Wasi.Filesystem.Host;

namespace Tapedeck.Wasi.Calls;

/// <summary>What a call is given besides its gate. The gate decides what of it the guest sees.</summary>
public sealed record WasiOptions
{
    /// <summary>Values of environment variables. Those that no policy grants are not shown.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>Values of <c>wasi:config</c>. Those that no policy grants are not shown.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Config { get; init; } = [];

    /// <summary>The arguments of a command, its name first. They are the call's own; none of the host's.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    public IReadOnlyList<HostPreopen> Preopens { get; init; } = [];

    /// <summary>All of standard input. It is the call's own; nothing of the host's.</summary>
    public ReadOnlyMemory<byte> Stdin { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The source of random bytes, shared and safe for several threads.</summary>
    public RandomNumberGenerator Random { get; init; } = SystemRandom;

    /// <summary>How paths are resolved; <see cref="Filesystem.Host.Resolution.Kernel"/> falls back by itself.</summary>
    public Resolution Resolution { get; init; }

    /// <summary>The account that files and sockets are paid from: one for all calls of a process.</summary>
    public HostHandles Handles { get; init; } = HostHandles.OfProcess;

    /// <summary>The look-ups of names that may be under way: one account for all calls of a process.</summary>
    public HostLookups Lookups { get; init; } = HostLookups.OfProcess;

    /// <summary>Looks a name up, on a thread of its own: the system's resolver blocks it until it has an answer or gives up.</summary>
    internal Func<string, Task<IPAddress[]>> Resolve { get; init; } = static name =>
        Task.Factory.StartNew(() => Dns.GetHostAddresses(name), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Connects to an address that the gate has allowed. Tests lead it to a server of theirs, since loopback can never be granted.</summary>
    internal Func<Socket, IPEndPoint, CancellationToken, ValueTask> Connect { get; init; } = static (socket, address, token) => socket.ConnectAsync(address, token);

    /// <summary>What TLS trusts instead of the system's roots; null for those.</summary>
    internal X509Certificate2? TrustedRoot { get; init; }

    private static RandomNumberGenerator SystemRandom { get; } = RandomNumberGenerator.Create();
}
