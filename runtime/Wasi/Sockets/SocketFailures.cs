using System.Net.Sockets;
using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Io;

namespace Tapedeck.Wasi.Sockets;

/// <summary>What the guest is told of a failure of a socket.</summary>
internal static class SocketFailures
{
    private static readonly Dictionary<SocketError, SocketErrorCode> Codes = new()
    {
        [SocketError.AccessDenied] = SocketErrorCode.AccessDenied,
        [SocketError.AddressAlreadyInUse] = SocketErrorCode.AddressInUse,
        [SocketError.AddressNotAvailable] = SocketErrorCode.AddressNotBindable,
        [SocketError.ConnectionAborted] = SocketErrorCode.ConnectionAborted,
        [SocketError.ConnectionRefused] = SocketErrorCode.ConnectionRefused,
        [SocketError.ConnectionReset] = SocketErrorCode.ConnectionReset,
        [SocketError.HostDown] = SocketErrorCode.RemoteUnreachable,
        [SocketError.HostNotFound] = SocketErrorCode.NameUnresolvable,
        [SocketError.HostUnreachable] = SocketErrorCode.RemoteUnreachable,
        [SocketError.MessageSize] = SocketErrorCode.DatagramTooLarge,
        [SocketError.NetworkDown] = SocketErrorCode.RemoteUnreachable,
        [SocketError.NetworkUnreachable] = SocketErrorCode.RemoteUnreachable,
        [SocketError.NoBufferSpaceAvailable] = SocketErrorCode.OutOfMemory,
        [SocketError.NoData] = SocketErrorCode.NameUnresolvable,
        [SocketError.NoRecovery] = SocketErrorCode.PermanentResolverFailure,
        [SocketError.OperationAborted] = SocketErrorCode.ConnectionAborted,
        [SocketError.OperationNotSupported] = SocketErrorCode.NotSupported,
        [SocketError.Shutdown] = SocketErrorCode.ConnectionReset,
        [SocketError.TimedOut] = SocketErrorCode.Timeout,
        [SocketError.TooManyOpenSockets] = SocketErrorCode.NewSocketLimit,
        [SocketError.TryAgain] = SocketErrorCode.TemporaryResolverFailure,
        [SocketError.WouldBlock] = SocketErrorCode.WouldBlock,
    };

    internal static SocketErrorCode CodeOf(Exception? failure) => failure switch
    {
        SocketException socket => Codes.GetValueOrDefault(socket.SocketErrorCode, SocketErrorCode.Unknown),
        OperationCanceledException or ObjectDisposedException => SocketErrorCode.ConnectionAborted,
        _ => SocketErrorCode.Unknown,
    };

    internal static IoError ErrorOf(Exception failure) => new(CodeOf(failure), CodeOf(failure).ToString());

    internal static Answer Answer(SocketErrorCode code) => code == SocketErrorCode.None ? Binding.Answer.Ok() : Binding.Answer.Error((int)code);

    /// <summary>Does something to a socket; a socket that a change of policy closed fails as one that was aborted.</summary>
    internal static SocketErrorCode Try(Action action)
    {
        try
        {
            action();
            return SocketErrorCode.None;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return CodeOf(e);
        }
    }
}
