using System.Net.Sockets;
using System.Security.Authentication;

namespace Tapedeck.Oci.Network;

/// <summary>What HttpClient throws, as errors. Messages of exceptions are not repeated: they may hold a signed address.</summary>
internal static class TransportErrors
{
    internal const string TryLater = "try later; look at the network and the registry if it lasts";

    internal static OciError Of(Exception exception, string host, Place place)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case AddressRefusedException refused:
                    return new TerminalError(OciErrorKind.Refused, $"the address of {UntrustedText.Show(refused.Host)} is not public ({refused.Kind})", place.Name,
                        "if that is meant, name the host or a block of addresses: --allow-address for tapedeck, cluster.registryRanges for the operator");
                case AuthenticationException:
                    return new TerminalError(OciErrorKind.Refused, $"the TLS certificate of {host} is not trusted, or it speaks no TLS", place.Name,
                        "name the authority of its certificate (certificateConfigMap of a tool), or say that it has no TLS (plainHttp of a tool, --plain-http for tapedeck)");
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return new RetryableError(OciErrorKind.Unreachable, $"{host} refuses the connection: nothing listens there", place.Name, TryLater);
                default:
                    continue;
            }
        }
        var what = exception is HttpRequestException { HttpRequestError: var error } && Known(error) is { } known ? known : $"the connection to {host} broke";
        return new RetryableError(OciErrorKind.Unreachable, what.Replace("HOST", host, StringComparison.Ordinal), place.Name, TryLater);
    }

    private static string? Known(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "HOST has no address",
        HttpRequestError.ConnectionError => "HOST cannot be connected to",
        HttpRequestError.ProxyTunnelError => "the proxy does not connect to HOST",
        HttpRequestError.ConfigurationLimitExceeded => "HOST sends more headers than are taken",
        HttpRequestError.InvalidResponse => "HOST answers with something that is not HTTP",
        _ => null,
    };
}
