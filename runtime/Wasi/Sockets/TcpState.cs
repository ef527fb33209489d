namespace Tapedeck.Wasi.Sockets;

/// <summary>The states of a TCP socket
/// (<see href="https://github.com/WebAssembly/wasi-sockets/blob/main/TcpSocketOperationalSemantics.md"/>) that a client can be in.</summary>
internal enum TcpState
{
    Unbound,
    BindInProgress,
    Bound,
    ConnectInProgress,
    Connected,
    Closed,
}
