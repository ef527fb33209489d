using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Tapedeck.Oci.Network;

/// <summary>
/// Sends a request until there is an answer that says something: waits and tries again where a failure may pass, and follows redirects by hand.
/// </summary>
internal sealed class Transport(PullOptions options, Doors doors)
{
    private const int MostRedirects = 5;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The head of the last answer, whatever its status is, with 429 and 5xx only after all tries. The caller disposes it. Authorization goes to the
    /// first host only, and a request's redirect is a new request under the same rules.
    /// </summary>
    /// <param name="make">Makes the request anew for each try.</param>
    internal async Task<Outcome<HttpResponseMessage>> Send(Func<HttpRequestMessage> make, Place place, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var answer = await FollowRedirects(make, place, cancellationToken);
            var failure = answer.IsOk ? Passing(answer.Value, place) : answer.Error as RetryableError;
            var wait = failure is null ? default : failure.After ?? Backoff(attempt);
            if (failure is null || attempt >= place.MostTries(options) || wait > LongestWait)
            {
                if (answer.IsOk && failure is not null)
                {
                    answer.Value.Dispose();
                    return failure;
                }
                return answer;
            }
            answer.Value?.Dispose();
            await Task.Delay(wait, options.Time, cancellationToken);
        }
    }

    /// <summary>Half a second, one, two, ...; each shortened by chance to as little as half, so that many do not come back at once.</summary>
    internal static TimeSpan Backoff(int attempt)
    {
        var whole = FirstWait * Math.Pow(2, Math.Min(attempt, 6) - 1);
        return whole * (0.5 + (RandomNumberGenerator.GetInt32(1000) / 2000.0));
    }

    private RetryableError? Passing(HttpResponseMessage answer, Place place) => answer.StatusCode switch
    {
        HttpStatusCode.TooManyRequests => new RetryableError(OciErrorKind.Busy, $"{HostOf(answer)} asks for fewer requests (429)", place.Name,
            "try later, or log in: registries allow more to those they know", RetryAfter(answer)),
        >= HttpStatusCode.InternalServerError and not HttpStatusCode.NotImplemented => new RetryableError(OciErrorKind.Unreachable, $"{HostOf(answer)} answers {(int)answer.StatusCode}", place.Name,
            "try later, and look at the registry if it lasts", RetryAfter(answer)),
        _ => null,
    };

    private TimeSpan? RetryAfter(HttpResponseMessage answer)
    {
        var wait = answer.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - options.Time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private async Task<Outcome<HttpResponseMessage>> FollowRedirects(Func<HttpRequestMessage> make, Place place, CancellationToken cancellationToken)
    {
        var request = make();
        var authorization = request.Headers.Authorization;
        var first = request.RequestUri!;
        for (var hop = 0; ; hop++)
        {
            var answer = await SendOnce(request, place, cancellationToken);
            if (!answer.IsOk || request.Method == HttpMethod.Post || !IsRedirect(answer.Value.StatusCode))
            {
                return answer;
            }
            using var redirect = answer.Value;
            if (hop == MostRedirects)
            {
                return Refused(place, $"more than {MostRedirects} redirects", "look at the registry");
            }
            if (redirect.Headers.Location is not { } location || !Uri.TryCreate(request.RequestUri!, location, out var target))
            {
                return new TerminalError(OciErrorKind.Malformed, $"{HostOf(redirect)} redirects to nowhere", place.Name, "look at the registry");
            }
            if (!MayFollow(request.RequestUri!, target))
            {
                return Refused(place, $"{HostOf(redirect)} redirects to something that is not https", "look at the registry, or at what stands before it");
            }
            request = make();
            request.RequestUri = target;
            // Once away, it stays away: a way back would let the other host choose what is asked in our name.
            authorization = Uri.Compare(first, target, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0 ? authorization : null;
            request.Headers.Authorization = authorization;
        }
    }

    private static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
        or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    /// <summary>Plain http only where the exchange is in plain http already, which somebody asked for.</summary>
    private static bool MayFollow(Uri from, Uri to) =>
        to.UserInfo.Length == 0 && (to.Scheme == Uri.UriSchemeHttps || (to.Scheme == Uri.UriSchemeHttp && from.Scheme == Uri.UriSchemeHttp));

    private async Task<Outcome<HttpResponseMessage>> SendOnce(HttpRequestMessage request, Place place, CancellationToken cancellationToken)
    {
        if (HostNames.Of(request.RequestUri!) is null)
        {
            request.Dispose();
            return new TerminalError(OciErrorKind.Malformed, $"{UntrustedText.Show(request.RequestUri!.Authority)} is no host that can be asked", place.Name, "look at the address, or at the registry if it leads there");
        }
        using (request)
        using (var timeout = new CancellationTokenSource(options.AnswerTimeout, options.Time))
        using (var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token))
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("tapedeck", null));
            var host = request.RequestUri!.Authority;
            try
            {
                var response = await doors.For(request.RequestUri!, place.Origin).SendAsync(request, both.Token);
                response.RequestMessage = request;
                return response;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new RetryableError(OciErrorKind.Unreachable, $"{host} did not answer in {options.AnswerTimeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s", place.Name, TransportErrors.TryLater) { IsSilence = true };
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                var error = TransportErrors.Of(e, host, place);
                return error is RetryableError silence ? silence with { IsSilence = true } : error;
            }
        }
    }

    private static string HostOf(HttpResponseMessage answer) => answer.RequestMessage!.RequestUri!.Authority;

    private static TerminalError Refused(Place place, string what, string advice) => new(OciErrorKind.Refused, what, place.Name, advice);
}
