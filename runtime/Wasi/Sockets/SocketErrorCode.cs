namespace Tapedeck.Wasi.Sockets;

/// <summary><c>enum error-code</c> of <c>wasi:sockets/network</c>, in its order, and <see cref="None"/> for success.</summary>
internal enum SocketErrorCode
{
    None = -1,
    Unknown,
    AccessDenied,
    NotSupported,
    InvalidArgument,
    OutOfMemory,
    Timeout,
    ConcurrencyConflict,
    NotInProgress,
    WouldBlock,
    InvalidState,
    NewSocketLimit,
    AddressNotBindable,
    AddressInUse,
    RemoteUnreachable,
    ConnectionRefused,
    ConnectionReset,
    ConnectionAborted,
    DatagramTooLarge,
    NameUnresolvable,
    TemporaryResolverFailure,
    PermanentResolverFailure,
}
