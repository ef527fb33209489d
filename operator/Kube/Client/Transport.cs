using System.Net;
using System.Text.Json;
using Tapedeck.Kube.Config;

namespace Tapedeck.Kube.Client;

/// <summary>Sends requests: rate limit, credentials, time-out, waiting when the server asks for it, and failures as types.</summary>
internal sealed class Transport(KubeConnection connection, KubeClientOptions options, TimeProvider time) : IDisposable
{
    private const int MostAttempts = 4;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly Connector _connector = new(connection, options);
    private readonly TokenBucket _bucket = new(options.QueriesPerSecond, options.Burst, time);

    public void Dispose() => _connector.Dispose();

    /// <summary>Sends a request and reads its answer as JSON.</summary>
    /// <exception cref="ApiException">It was not done.</exception>
    internal Task<JsonDocument> JsonAsync(ApiRequest request, CancellationToken cancellationToken) =>
        MeasuredAsync(request, keepOpen: false, static (response, token) => BoundedBody.ReadAsync(response.Content, BoundedBody.LargestAnswer, token), cancellationToken);

    /// <summary>Sends a request whose answer goes on coming; only its beginning is awaited.</summary>
    /// <exception cref="ApiException">It was not done.</exception>
    internal Task<HttpResponseMessage> OpenAsync(ApiRequest request, CancellationToken cancellationToken) =>
        MeasuredAsync(request, keepOpen: true, static (response, _) => Task.FromResult(response), cancellationToken);

    private async Task<T> MeasuredAsync<T>(ApiRequest request, bool keepOpen, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var code = 0;
        try
        {
            var answer = await RepeatedAsync(request, keepOpen, read, cancellationToken);
            code = 200;
            return answer;
        }
        catch (ApiException error)
        {
            code = error.Status.Code;
            throw;
        }
        finally
        {
            KubeMetrics.Requests.Record(time.GetElapsedTime(start).TotalSeconds, new("verb", request.Verb), new("resource", request.Resource), new("code", code));
        }
    }

    private async Task<T> RepeatedAsync<T>(ApiRequest request, bool keepOpen, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        var renewed = false;
        for (var attempt = 1; ; attempt++)
        {
            await _bucket.WaitAsync(cancellationToken);
            var proof = await ProofAsync(request, cancellationToken);
            try
            {
                return await OnceAsync(request, proof, keepOpen, read, cancellationToken);
            }
            catch (UnauthorizedException) when (!renewed && connection.Credential.Reject(proof))
            {
                // A token that has just ended: once more with the next one.
                renewed = true;
            }
            catch (RetryableException error) when (attempt < MostAttempts && MayRepeat(request, error.Status))
            {
                await Task.Delay(error.RetryAfter!.Value, time, cancellationToken);
            }
        }
    }

    private async ValueTask<Proof> ProofAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.Credential.GetAsync(cancellationToken);
        }
        catch (KubeConfigException error)
        {
            throw Unavailable(request, $"no credentials: {error.Message}", error);
        }
    }

    /// <summary>Whether the server says when to come back, and it cannot have done what was asked: shed load, or a mere question.</summary>
    private static bool MayRepeat(ApiRequest request, ApiStatus status) =>
        status.RetryAfter <= LongestWait && (status.Code is 429 or 503 || request.Method == HttpMethod.Get);

    private async Task<T> OnceAsync<T>(ApiRequest request, Proof proof, bool keepOpen, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        HttpResponseMessage? response = null;
        try
        {
            using var message = Message(request, proof);
            response = await _connector.For(proof).SendAsync(message, either.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw ApiErrors.From(request.What, await StatusAsync(response, either.Token));
            }
            var answer = await read(response, either.Token);
            response = keepOpen ? null : response;
            return answer;
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            // Our own time-out, or the handler's for a connection, which looks like a cancellation too.
            var (what, limit) = timeout.IsCancellationRequested ? ("answer from", options.RequestTimeout) : ("connection to", Connector.TimeoutOf(options));
            throw Unavailable(request, $"no {what} {connection.Server.Authority} within {limit.TotalSeconds:0.#} s", error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or JsonException or InvalidDataException)
        {
            throw Unavailable(request, $"no usable answer from {connection.Server.Authority}: {Reason(error)}", error);
        }
        finally
        {
            response?.Dispose();
        }
    }

    private HttpRequestMessage Message(ApiRequest request, Proof proof)
    {
        var message = new HttpRequestMessage(request.Method, new Uri(connection.Server, Prefix + request.PathAndQuery));
        if (connection.Server.Scheme == Uri.UriSchemeHttps)
        {
            message.Version = HttpVersion.Version20;
            message.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        }
        if (connection.TlsServerName.Length > 0)
        {
            // SocketsHttpHandler takes the name for TLS from here, and from nowhere else. API servers do not look at it.
            message.Headers.Host = connection.TlsServerName;
        }
        message.Headers.TryAddWithoutValidation("Accept", request.Accept);
        message.Headers.TryAddWithoutValidation("User-Agent", options.UserAgent);
        if (proof.Token is { Length: > 0 } token)
        {
            message.Headers.Authorization = new("Bearer", token);
        }
        connection.Impersonation.AddTo(message);
        if (!request.Body.IsEmpty)
        {
            message.Content = new ReadOnlyMemoryContent(request.Body);
            message.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        }
        return message;
    }

    /// <summary>The path in the server's own address, as behind Rancher's proxy.</summary>
    private string Prefix => connection.Server.AbsolutePath.TrimEnd('/');

    private async Task<ApiStatus> StatusAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var retryAfter = RetryAfter(response);
        try
        {
            using var body = await BoundedBody.ReadAsync(response.Content, BoundedBody.LargestError, cancellationToken);
            return ApiStatus.Read(body.RootElement, (int)response.StatusCode, retryAfter);
        }
        catch (Exception error) when (error is JsonException or InvalidDataException)
        {
            // Something before the server answered, as a proxy does, with a page for people.
            return ApiStatus.Read(null, (int)response.StatusCode, retryAfter);
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : null);
        return wait is { } given && given < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static UnavailableException Unavailable(ApiRequest request, string message, Exception? inner) =>
        new(request.What, ApiStatus.Silent(message), inner);

    /// <summary>The innermost message says why a connection failed.</summary>
    private static string Reason(Exception error) => error.GetBaseException().Message;
}
