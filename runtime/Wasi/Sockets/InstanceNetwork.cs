using Tapedeck.Wasi.Binding;

namespace Tapedeck.Wasi.Sockets;

/// <summary><see href="https://github.com/WebAssembly/wasi-sockets/blob/main/wit/instance-network.wit"><c>wasi:sockets/instance-network</c></see>: a handle that grants nothing; each socket asks the gate.</summary>
internal static class InstanceNetwork
{
    internal static WasiInterface Make() => new WasiInterface("wasi:sockets/instance-network@0.2.12", Network.Use())
        .Func("instance-network", "func() -> network", static _ => new object());
}
