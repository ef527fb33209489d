using System.Net.Sockets;

namespace Tapedeck.Wasi.Sockets;

/// <summary>A socket of the host that lives as long as the guest's socket or one of its streams.</summary>
internal sealed class SharedSocket(Socket socket)
{
    private int _users = 1;

    internal Socket Socket => socket;

    internal SharedSocket Share()
    {
        _users++;
        return this;
    }

    internal void Release()
    {
        if (--_users == 0)
        {
            socket.Dispose();
        }
    }
}
