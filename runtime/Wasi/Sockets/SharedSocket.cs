using System.Net.Sockets;
using Tapedeck.Wasi.Calls;

namespace Tapedeck.Wasi.Sockets;

/// <summary>A socket of the host that is paid for, and lives as long as the guest's socket or one of its streams.</summary>
internal sealed class SharedSocket
{
    private readonly HostHandles _account;
    private int _users = 1;

    private SharedSocket(HostHandles account, AddressFamily family, SocketType type, ProtocolType protocol)
    {
        if (!account.TryTake())
        {
            throw new SocketException((int)SocketError.TooManyOpenSockets);
        }
        _account = account;
        try
        {
            Socket = new Socket(family, type, protocol);
        }
        catch
        {
            account.Return();
            throw;
        }
    }

    internal Socket Socket { get; }

    /// <summary>What the socket may be connected for; null before it is.</summary>
    internal OpenGrant? Grant { get; set; }

    /// <exception cref="SocketException">The machine has none, or all guests together have as many open as they may.</exception>
    internal static SharedSocket Tcp(HostHandles account, AddressFamily family)
    {
        var shared = new SharedSocket(account, family, SocketType.Stream, ProtocolType.Tcp);
        shared.Socket.NoDelay = true;
        return shared;
    }

    /// <exception cref="SocketException">The machine has none, or all guests together have as many open as they may.</exception>
    internal static SharedSocket Udp(HostHandles account, AddressFamily family)
    {
        var shared = new SharedSocket(account, family, SocketType.Dgram, ProtocolType.Udp);
        shared.Socket.Blocking = false;
        return shared;
    }

    internal SharedSocket Share()
    {
        _users++;
        return this;
    }

    internal void Release()
    {
        if (--_users == 0)
        {
            Grant?.Dispose();
            Socket.Dispose();
            _account.Return();
        }
    }
}
