using System.Net;
using System.Net.Http.Headers;
using Tapedeck.Oci.Credentials;
using Tapedeck.Oci.Network;

namespace Tapedeck.Oci.Registries;

/// <summary>
/// One repository at one host, a registry or a mirror: sends requests, answers challenges, and tries the logins that fit one after the other, as
/// kubelet does with several pull secrets.
/// </summary>
internal sealed class RegistryConnection(
    PullOptions options, Transport transport, TokenClient tokens, Place place, string repository, string? mirrored, IReadOnlyList<Login> logins)
{
    private volatile Challenge? _challenge;

    internal Place Place => place;

    internal PullOptions Options => options;

    /// <summary>True for a copy of another registry's content.</summary>
    internal bool IsMirror => mirrored is not null;

    /// <summary>True where a tag may be asked for here.</summary>
    internal required bool ResolvesTags { get; init; }

    /// <summary>The same place, where what may pass is tried as often as at a registry.</summary>
    internal RegistryConnection Patiently() => new(options, transport, tokens, place with { HasAnother = false }, repository, mirrored, logins) { ResolvesTags = ResolvesTags };

    /// <summary>The answer with a status below 400, or an error. <paramref name="accepted"/> are statuses above that the caller knows what to do with.</summary>
    /// <param name="path">What follows the name of the repository, with its query: <c>/tags/list?n=1000</c>. Or a whole path from <c>/v2/</c> on.</param>
    /// <param name="what">What is asked for, in an error's words.</param>
    internal async Task<Outcome<HttpResponseMessage>> Send(
        HttpMethod method, string path, string what, Action<HttpRequestHeaders> headers, HttpStatusCode[] accepted, CancellationToken cancellationToken)
    {
        OciError? denied = null;
        foreach (var login in logins.DefaultIfEmpty<Login?>(null))
        {
            var answer = await SendAs(login, method, AddressOf(path), headers, cancellationToken);
            if (answer.IsOk && answer.Value.StatusCode >= HttpStatusCode.BadRequest && !accepted.Contains(answer.Value.StatusCode))
            {
                using var response = answer.Value;
                answer = await RegistryErrors.Of(response, what, place, login, options, cancellationToken);
            }
            if (answer.Error is not { Kind: OciErrorKind.Denied } error)
            {
                return answer;
            }
            denied = error;
        }
        return denied!;
    }

    private async Task<Outcome<HttpResponseMessage>> SendAs(
        Login? login, HttpMethod method, Uri address, Action<HttpRequestHeaders> headers, CancellationToken cancellationToken)
    {
        AuthenticationHeaderValue? authorization = null;
        if (_challenge is { } known)
        {
            var first = await Answer(known, login, null, cancellationToken);
            if (!first.IsOk)
            {
                return first.Error;
            }
            authorization = first.Value;
        }
        var answer = await transport.Send(Make, place, cancellationToken);
        if (!answer.IsOk || answer.Value.StatusCode != HttpStatusCode.Unauthorized || Best(answer.Value) is not { } challenge)
        {
            return answer;
        }
        answer.Value.Dispose();
        _challenge = challenge;
        var second = await Answer(challenge, login, authorization?.Parameter, cancellationToken);
        if (!second.IsOk)
        {
            return second.Error;
        }
        authorization = second.Value;
        return await transport.Send(Make, place, cancellationToken);

        HttpRequestMessage Make()
        {
            var request = new HttpRequestMessage(method, address);
            request.Headers.Authorization = authorization;
            headers(request.Headers);
            return request;
        }
    }

    /// <summary>The challenge to answer. One of another host, where a redirect led, is not the registry's.</summary>
    private Challenge? Best(HttpResponseMessage response)
    {
        if (response.RequestMessage!.RequestUri!.Authority != AddressOf("").Authority)
        {
            return null;
        }
        var challenges = Challenge.Parse(response.Headers.TryGetValues("WWW-Authenticate", out var values) ? values : []);
        return challenges.Find(challenge => challenge.Scheme == "bearer") ?? challenges.Find(challenge => challenge.Scheme == "basic");
    }

    private async Task<Outcome<AuthenticationHeaderValue>> Answer(Challenge challenge, Login? login, string? refused, CancellationToken cancellationToken)
    {
        if (login?.Kind == LoginKind.RegistryToken)
        {
            return new AuthenticationHeaderValue("Bearer", login.Secret);
        }
        if (challenge.Scheme == "bearer")
        {
            var token = await tokens.Get(challenge, place, repository, login, refused, cancellationToken);
            return token.IsOk ? new AuthenticationHeaderValue("Bearer", token.Value.Value) : token.Error;
        }
        return login?.Kind == LoginKind.Password
            ? TokenClient.Basic(login)
            : RegistryErrors.Denied($"{place.Origin} asks for a user name and a password", place, login, options);
    }

    private Uri AddressOf(string path)
    {
        var scheme = options.For(place.Origin).PlainHttp ? "http" : "https";
        var whole = path.StartsWith("/v2/", StringComparison.Ordinal) ? path : $"/v2/{repository}{path}";
        var query = mirrored is null || whole.Contains("ns=", StringComparison.Ordinal) ? "" : $"{(whole.Contains('?', StringComparison.Ordinal) ? '&' : '?')}ns={Uri.EscapeDataString(mirrored)}";
        return new Uri($"{scheme}://{place.Origin}{whole}{query}");
    }
}
