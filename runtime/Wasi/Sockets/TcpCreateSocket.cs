using Tapedeck.Components.Values;
using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Calls;

namespace Tapedeck.Wasi.Sockets;

/// <summary><see href="https://github.com/WebAssembly/wasi-sockets/blob/main/wit/tcp-create-socket.wit"><c>wasi:sockets/tcp-create-socket</c></see>: a socket that is nowhere yet.</summary>
internal static class TcpCreateSocket
{
    internal static WasiInterface Make() => new WasiInterface("wasi:sockets/tcp-create-socket@0.2.12", Network.Use().Resource("tcp-socket", Tcp.Resource))
        .Result<WitValue>("create-tcp-socket", "func(address-family: ip-address-family) -> result<tcp-socket, error-code>", static (call, family) =>
        {
            TcpSocket? socket = null;
            var code = SocketFailures.Try(() => socket = new TcpSocket(call.State<WasiState>(), Network.Family(family), call.Cancellation));
            return code == SocketErrorCode.None ? Answer.Own(socket!) : Answer.Error((int)code);
        });
}
