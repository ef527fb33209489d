using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tapedeck.Components;
using Tapedeck.Components.Values;
using Tapedeck.Policy;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Requests;
using Tapedeck.Wasi.Binding;
using Tapedeck.Wasi.Calls;

namespace Tapedeck.Wasi.Http;

/// <summary><see href="https://github.com/WebAssembly/wasi-http/blob/main/wit/handler.wit"><c>wasi:http/outgoing-handler</c></see>.</summary>
internal static class OutgoingHandler
{
    private const int ResponseHeaderKibibytes = 128;

    internal static WasiInterface Make() => new WasiInterface("wasi:http/outgoing-handler@0.2.12", Types.Names)
        .Result<OutgoingRequest, WitValue>("handle", "func(request: outgoing-request, options: option<request-options>) -> result<future-incoming-response, error-code>", Handle);

    private static Answer Handle(Call call, OutgoingRequest request, WitValue options)
    {
        var state = call.State<WasiState>();
        var asked = HostRequest.Http(request.Method, request.Scheme ?? "https", request.Authority ?? "", request.PathWithQuery ?? "/");
        if (Refusal(state, request, asked) is { } refusal)
        {
            request.Abandon(new HttpFailure(refusal.Code));
            return Types.Failure(refusal);
        }
        var timeouts = (RequestOptions?)options.CaseValue?.AsHandle() ?? new RequestOptions();
        var exchange = new HttpExchange(state, Client(state, asked, timeouts), asked, call.Cancellation);
        var wanted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return Answer.Own(new FutureIncomingResponse(Send(state, asked, request, timeouts, exchange, wanted.Task), wanted, exchange));
    }

    private static HttpError? Refusal(WasiState state, OutgoingRequest request, in HostRequest asked)
    {
        var decision = state.Gate.Ask(asked);
        return !decision.Allowed ? new HttpError(decision.Reason == DecisionReason.Malformed ? HttpErrorCode.HttpRequestUriInvalid : HttpErrorCode.HttpRequestDenied)
            : !request.HasClearLength ? new HttpError(HttpErrorCode.HttpProtocolError)
            : request.Body is null && request.ContentLength > 0 ? new HttpError(HttpErrorCode.HttpRequestBodySize, 0)
            : !state.TryTakeRequest() ? new HttpError(HttpErrorCode.ConnectionLimitReached)
            : null;
    }

    private static SocketsHttpHandler Client(WasiState state, HostRequest asked, RequestOptions timeouts)
    {
        var dialer = new Dialer(state, asked);
        var client = new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = (_, token) => dialer.Connect(token),
            MaxResponseDrainSize = 0,
            MaxResponseHeadersLength = ResponseHeaderKibibytes,
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Chains(state.Options.TrustedRoot) },
            UseCookies = false,
            UseProxy = false,
        };
        if (RequestOptions.Span(timeouts.Connect) is { } timeout)
        {
            client.ConnectTimeout = timeout;
        }
        return client;
    }

    /// <summary>What a server's certificate is held against: what it sent, and nothing fetched from an address in it, which no gate was asked about.</summary>
    private static X509ChainPolicy Chains(X509Certificate2? root)
    {
        var policy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };
        if (root is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.Add(root);
        }
        return policy;
    }

    private static async Task<IncomingResponse> Send(
        WasiState state, HostRequest asked, OutgoingRequest request, RequestOptions timeouts, HttpExchange exchange, Task wanted)
    {
        try
        {
            // On the guest's thread, while the headers cannot change; from then on they are the client's.
            var message = Message(asked, request);
            request.Headers.Release();
            // Whether a request with a body has any bytes is known by its first one, or when the guest finished it. If the guest waits for the answer
            // before either, it is a conversation, and begins.
            if (request.Body is { } body && request.Body.ContentLength is null)
            {
                await Task.WhenAny(body.Begun, wanted).WaitAsync(exchange.Cancellation);
            }
            using var timer = RequestOptions.Span(timeouts.FirstByte) is { } timeout ? new CancellationTokenSource(timeout, state.Time) : new CancellationTokenSource();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(exchange.Cancellation, timer.Token);
            try
            {
                if (IsBare(message, request))
                {
                    message.Content = null;
                }
                var response = await exchange.Send(message, either.Token);
                return new IncomingResponse(response, await response.Content.ReadAsStreamAsync(either.Token), timeouts, exchange);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                throw new HttpFailure(
                    timer.IsCancellationRequested ? HttpErrorCode.HttpResponseTimeout
                    : exchange.IsRevoked ? HttpErrorCode.HttpRequestDenied
                    : e.InnerException is TimeoutException ? HttpErrorCode.ConnectionTimeout
                    : HttpErrorCode.ConnectionTerminated);
            }
        }
        catch (Exception e)
        {
            request.Abandon(e);
            exchange.Dispose();
            throw;
        }
    }

    /// <summary>The request, to the host that the gate was asked about.</summary>
    private static HttpRequestMessage Message(in HostRequest asked, OutgoingRequest request)
    {
        var scheme = asked.Scheme == HttpSchemes.Https ? "https" : "http";
        var host = asked.Address is { } address ? address.IsV6 ? $"[{address}]" : $"{address}" : asked.Host.Value;
        var uri = new Uri($"{scheme}://{host}:{asked.Port}{Path(request.PathWithQuery)}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var message = new HttpRequestMessage(new HttpMethod(request.Method), uri)
        {
            Version = asked.Scheme == HttpSchemes.Https ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        if (request.Body is { } body)
        {
            message.Content = new BodyContent(body);
        }
        foreach (var (name, bytes) in request.Headers.Entries)
        {
            var value = Encoding.Latin1.GetString(bytes.Span);
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                // Fields about a body go with one, be it empty.
                message.Content ??= new BodyContent(null);
                message.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }
        return message;
    }

    /// <summary>Whether nothing is to be said of a body, since there is none and the method has none.</summary>
    private static bool IsBare(HttpRequestMessage message, OutgoingRequest request) =>
        request.Body is { IsEmpty: true } && HasNoBody(request.Method) && message.Content?.Headers.Any() == false;

    private static bool HasNoBody(string method) => method is "GET" or "HEAD" or "DELETE" or "OPTIONS" or "TRACE";

    /// <summary>The path as the guest wrote it: the gate saw it in all its readings. A query alone has the path of the root.</summary>
    private static string Path(string? pathWithQuery) => string.IsNullOrEmpty(pathWithQuery) ? "/" : pathWithQuery[0] == '/' ? pathWithQuery : "/" + pathWithQuery;
}
