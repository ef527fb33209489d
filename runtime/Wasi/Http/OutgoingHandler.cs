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
        var decision = state.Gate.Ask(asked);
        if (!decision.Allowed)
        {
            return Types.Failure(new HttpError(decision.Reason == DecisionReason.Malformed ? HttpErrorCode.HttpRequestUriInvalid : HttpErrorCode.HttpRequestDenied));
        }
        if (!request.HasClearLength)
        {
            return Types.Failure(new HttpError(HttpErrorCode.HttpProtocolError));
        }
        if (request.Body is null && request.ContentLength > 0)
        {
            return Types.Failure(new HttpError(HttpErrorCode.HttpRequestBodySize, 0));
        }
        if (!state.TryTakeRequest())
        {
            return Types.Failure(new HttpError(HttpErrorCode.ConnectionLimitReached));
        }
        var timeouts = (RequestOptions?)options.CaseValue?.AsHandle() ?? new RequestOptions();
        var exchange = new HttpExchange(state, Client(state, asked, timeouts), asked, call.Cancellation);
        var wanted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return Answer.Own(new FutureIncomingResponse(Send(state, asked, request, timeouts, exchange, wanted.Task), wanted, exchange));
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
            UseCookies = false,
            UseProxy = false,
        };
        if (RequestOptions.Span(timeouts.Connect) is { } timeout)
        {
            client.ConnectTimeout = timeout;
        }
        if (state.Options.TrustedRoot is { } root)
        {
            client.SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { root }, RevocationMode = X509RevocationMode.NoCheck },
            };
        }
        return client;
    }

    private static async Task<IncomingResponse> Send(
        WasiState state, HostRequest asked, OutgoingRequest request, RequestOptions timeouts, HttpExchange exchange, Task wanted)
    {
        try
        {
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
                var response = await exchange.Send(Message(asked, request), either.Token);
                return new IncomingResponse(response, await response.Content.ReadAsStreamAsync(either.Token), timeouts, exchange);
            }
            catch (OperationCanceledException e)
            {
                throw new HttpFailure(
                    timer.IsCancellationRequested ? HttpErrorCode.HttpResponseTimeout
                    : exchange.IsRevoked ? HttpErrorCode.HttpRequestDenied
                    : e.InnerException is TimeoutException ? HttpErrorCode.ConnectionTimeout
                    : HttpErrorCode.ConnectionTerminated);
            }
        }
        catch (Exception e) when (e is HttpRequestException or HttpFailure or IOException or OperationCanceledException)
        {
            request.Body?.Abandon(e);
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
        if (request.Body is { } body && !(body.IsEmpty && HasNoBody(request.Method)))
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

    private static bool HasNoBody(string method) => method is "GET" or "HEAD" or "DELETE" or "OPTIONS" or "TRACE";

    /// <summary>The path as the guest wrote it: the gate saw it in all its readings. A query alone has the path of the root.</summary>
    private static string Path(string? pathWithQuery) => string.IsNullOrEmpty(pathWithQuery) ? "/" : pathWithQuery[0] == '/' ? pathWithQuery : "/" + pathWithQuery;
}
