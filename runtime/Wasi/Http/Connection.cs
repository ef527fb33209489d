using System.Net.Sockets;
using Tapedeck.Wasi.Sockets;

namespace Tapedeck.Wasi.Http;

/// <summary>The stream of a request's socket, which is given back with it.</summary>
internal sealed class Connection(SharedSocket shared) : NetworkStream(shared.Socket, ownsSocket: false)
{
    private int _isDisposed;

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            shared.Release();
        }
    }
}
