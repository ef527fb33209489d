using Tapedeck.Components.Values;
using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Calls;

namespace Tapedeck.Wasi.Sockets;

/// <summary><see href="https://github.com/WebAssembly/wasi-sockets/blob/main/wit/udp-create-socket.wit"><c>wasi:sockets/udp-create-socket</c></see>: a socket that is nowhere yet.</summary>
internal static class UdpCreateSocket
{
    internal static WasiInterface Make() => new WasiInterface("wasi:sockets/udp-create-socket@0.2.12", Network.Use().Resource("udp-socket", Udp.Resource))
        .Result<WitValue>("create-udp-socket", "func(address-family: ip-address-family) -> result<udp-socket, error-code>", static (call, family) =>
        {
            UdpSocket? socket = null;
            var code = SocketFailures.Try(() => socket = new UdpSocket(call.State<WasiState>(), Network.Family(family)));
            return code == SocketErrorCode.None ? Answer.Own(socket!) : Answer.Error((int)code);
        });
}
