using System.Net.Sockets;
using System.Security.Authentication;
using Tapedeck.Wasi.Io;

namespace Tapedeck.Wasi.Http;

/// <summary>What the guest is told of a failure of the HTTP client: a case of <c>error-code</c>, and nothing of the host's texts.</summary>
internal static class Failures
{
    internal static IoError Of(Exception exception) => new(ErrorOf(exception), ErrorOf(exception).Code.ToString());

    internal static HttpError ErrorOf(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpFailure failure)
            {
                return failure.Error;
            }
        }
        return new HttpError(CodeOf(exception));
    }

    private static HttpErrorCode CodeOf(Exception exception) => exception switch
    {
        HttpRequestException request => CodeOf(request),
        HttpIOException io => CodeOf(io.HttpRequestError, io.InnerException),
        AuthenticationException => HttpErrorCode.TlsCertificateError,
        SocketException socket => CodeOf(socket.SocketErrorCode),
        OperationCanceledException => HttpErrorCode.ConnectionTerminated,
        IOException { InnerException: SocketException socket } => CodeOf(socket.SocketErrorCode),
        IOException => HttpErrorCode.ConnectionTerminated,
        _ => HttpErrorCode.InternalError,
    };

    private static HttpErrorCode CodeOf(HttpRequestException exception) => CodeOf(exception.HttpRequestError, exception.InnerException);

    private static HttpErrorCode CodeOf(HttpRequestError error, Exception? cause) => error switch
    {
        HttpRequestError.NameResolutionError => HttpErrorCode.DnsError,
        HttpRequestError.SecureConnectionError => cause is AuthenticationException ? HttpErrorCode.TlsCertificateError : HttpErrorCode.TlsProtocolError,
        HttpRequestError.ConnectionError => cause is SocketException socket ? CodeOf(socket.SocketErrorCode) : HttpErrorCode.ConnectionTerminated,
        HttpRequestError.HttpProtocolError or HttpRequestError.InvalidResponse or HttpRequestError.VersionNegotiationError => HttpErrorCode.HttpProtocolError,
        HttpRequestError.ResponseEnded => HttpErrorCode.HttpResponseIncomplete,
        HttpRequestError.ConfigurationLimitExceeded => HttpErrorCode.HttpResponseHeaderSectionSize,
        _ => cause is null ? HttpErrorCode.InternalError : CodeOf(cause),
    };

    private static HttpErrorCode CodeOf(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => HttpErrorCode.ConnectionRefused,
        SocketError.TimedOut => HttpErrorCode.ConnectionTimeout,
        SocketError.HostNotFound or SocketError.NoData => HttpErrorCode.DnsError,
        SocketError.TryAgain => HttpErrorCode.DnsTimeout,
        SocketError.TooManyOpenSockets => HttpErrorCode.ConnectionLimitReached,
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown or SocketError.AddressNotAvailable =>
            HttpErrorCode.DestinationIPUnroutable,
        _ => HttpErrorCode.ConnectionTerminated,
    };
}
